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
        return AgentFlows.IntegrationBridge(IntegrationCookie,
        [
            .. lab.Instances.Where(i => i.Node == node.Name).Select(i => new IntegrationPort
            {
                OfPort = Find(ports, DeviceNames.VethOvsEnd(i.PortId)),
                Macs = [i.Mac],
                Addresses = [i.Address.ToString()],
            }),
        ]);
    }

    private static async Task<IReadOnlyList<string>> TunnelFlowsAsync(
        LabDescription lab, LabNode node, CancellationToken cancellationToken)
    {
        var ports = await ReadOfPortsAsync(node, cancellationToken);
        return AgentFlows.TunnelBridge(
            TunnelCookie,
            Find(ports, PatchToIntegration),
            [new(lab.Tunnel, (uint)lab.SegmentationId, LocalVlan)],
            [
                .. LabDescription.TunnelEnds.Where(a => !a.Equals(node.Address))
                    .Select(a => new TunnelPort(lab.Tunnel, Find(ports, DeviceNames.TunnelPort(lab.Tunnel, a))))
                    .OrderBy(t => t.OfPort),
            ]);
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
