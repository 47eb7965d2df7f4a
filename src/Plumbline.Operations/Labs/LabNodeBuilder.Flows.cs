using System.Net;
using Plumbline.Neutron;
using Plumbline.Neutron.OpenFlow;
using Plumbline.Ovsdb;

namespace Plumbline.Operations.Labs;

internal static partial class LabNodeBuilder
{
    private static async Task<IReadOnlyList<string>> IntegrationFlowsAsync(
        LabDescription lab, LabNode node, CancellationToken cancellationToken)
    {
        var ports = await ReadOfPortsAsync(node, cancellationToken);
        var own = lab.Instances.Where(i => i.Node == node.Name);
        IReadOnlyList<PhysicalBridgePort>? physical = GatewayOf(lab, node) is { } gateway
            ? [new(Find(ports, LabGateway.PatchToBridge), [(null, gateway.Port.Network.LocalVlan)])] : null;
        if (lab.Firewall == LabDescription.NativeFirewall)
        {
            return NativeFirewallFlows.IntegrationBridge(IntegrationCookie,
            [
                .. own.Select(i => (new NativeFirewallPort
                {
                    OfPort = Find(ports, i.Tap),
                    LocalVlan = i.Network.LocalVlan,
                    Mac = i.Mac,
                    IPv4 = [(i.Mac, i.Address.ToString())],
                    IPv6 = i.IPv6Address is { } ipv6 ? [(i.Mac, ipv6.ToString())] : [],
                }, (IReadOnlyList<string>)[LabFirewall.GroupId])),
                // without these the first packet from a router or server to a VM here goes past the connection tracker, which then takes the
                // answer for invalid (process_trusted_ports() of the agent)
                .. ServersOf(lab, node).Select(s => (new NativeFirewallPort
                {
                    OfPort = Find(ports, s.Device),
                    LocalVlan = s.Network.LocalVlan,
                    Mac = s.Mac,
                    IsFiltered = false,
                }, (IReadOnlyList<string>)[])),
            ], [LabFirewall.GroupOf(lab)], physical);
        }
        return AgentFlows.IntegrationBridge(IntegrationCookie,
        [
            .. own.Select(i => new IntegrationPort
            {
                OfPort = Find(ports, lab.IsHybrid ? DeviceNames.VethOvsEnd(i.PortId) : i.Tap),
                Macs = [i.Mac],
                Addresses = i.IPv6Address is { } ipv6 ? [i.Address.ToString(), ipv6.ToString()] : [i.Address.ToString()],
            }),
        ], physical);
    }

    private static async Task<IReadOnlyList<string>> TunnelFlowsAsync(
        LabDescription lab, LabNode node, CancellationToken cancellationToken)
    {
        var ports = await ReadOfPortsAsync(node, cancellationToken);
        return AgentFlows.TunnelBridge(
            TunnelCookie,
            Find(ports, PatchToIntegration),
            [.. lab.Networks.Select(n => new TunnelNetwork(lab.Tunnel, (uint)n.SegmentationId, n.LocalVlan))],
            [
                .. TunnelEndsOf(lab, node).Select(a => new TunnelPort(lab.Tunnel, Find(ports, DeviceNames.TunnelPort(lab.Tunnel, a))))
                    .OrderBy(t => t.OfPort),
            ],
            lab.L2Population ? RemotePorts(lab, node, ports) : null);
    }

    private static async Task<IReadOnlyList<string>> PhysicalFlowsAsync(
        LabNode node, LabGateway gateway, CancellationToken cancellationToken) => AgentFlows.PhysicalBridge(
            PhysicalCookie, Find(await ReadOfPortsAsync(node, cancellationToken), LabGateway.PatchToIntegration),
            [(null, gateway.Port.Network.LocalVlan)]);

    /// <summary>What L2 population's driver tells of the ports on the other nodes.</summary>
    private static List<RemotePort> RemotePorts(LabDescription lab, LabNode node, IReadOnlyDictionary<string, int> ports)
    {
        var told = new List<RemotePort>();
        foreach (var other in lab.Nodes)
        {
            if (other == node)
            {
                continue;
            }
            var tunnel = Find(ports, DeviceNames.TunnelPort(lab.Tunnel, other.Address));
            told.AddRange(lab.Instances.Where(i => i.Node == other.Name)
                .Select(i => new RemotePort(i.Network.LocalVlan, i.Mac, [i.Address, .. i.IPv6Address is { } ipv6 ? [ipv6] : (IPAddress[])[]], tunnel)));
            told.AddRange(ServersOf(lab, other).Where(s => s.Network.PhysicalNetwork is null)
                .Select(s => new RemotePort(s.Network.LocalVlan, s.Mac, [s.Address, .. s.IPv6Address is { } ipv6 ? [ipv6] : (IPAddress[])[]], tunnel)));
        }
        return told;
    }

    private static int Find(IReadOnlyDictionary<string, int> ports, string name) =>
        ports.TryGetValue(name, out var port) && port > 0 ? port : throw Problems.NoOfPort(name);

    private static async Task<IReadOnlyDictionary<string, int>> ReadOfPortsAsync(LabNode node, CancellationToken cancellationToken)
    {
        await using var session = await OvsdbSession.ConnectAsync(
            node.Access.OvsdbEndpoint, node.Access.OvsdbOptions, cancellationToken);
        var results = await session.TransactAsync(
            OvsdbSession.OpenVSwitch, [new Operation.Select("Interface", [], ["name", "ofport"])], cancellationToken);
        return results[0].Rows.ToDictionary(r => r.GetString("name")!, r => (int)(r.GetInteger("ofport") ?? -1));
    }
}
