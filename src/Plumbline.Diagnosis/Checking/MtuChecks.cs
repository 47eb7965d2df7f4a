using System.Globalization;
using Plumbline.Linux.Netlink;
using Plumbline.Neutron;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Checking;

/// <summary>Devices that are narrower than their network is wanted: packets that a guest may send do not fit.</summary>
internal static class MtuChecks
{
    public static void Run(CheckContext context)
    {
        if (context.Cloud is not { Networks: { } networks, Ports: { } ports })
        {
            return;
        }
        foreach (var node in context.Nodes)
        {
            foreach (var vif in node.Topology.Vifs.Where(v => v.Owner == VifOwner.Instance))
            {
                if (vif.Mtu is { } mtu && vif.Network?.Id is { } id && networks.GetValueOrDefault(id)?.Mtu is { } wanted && mtu < wanted
                    && vif.Device is { } device && !node.Topology.ChainOf(vif).Any(e => context.Found.Has(node, "mtu-narrow", e.Name)))
                {
                    Add(context, node, device[(device.LastIndexOf('/') + 1)..], mtu, wanted, "", [CheckNode.NameOf(vif)]);
                }
            }
            foreach (var port in ports.Values.Where(p => node.IsCalled(p.Host) && p.Owner is "network:router_interface" or "network:router_gateway" or "network:dhcp"))
            {
                var (space, device) = port.Owner switch
                {
                    "network:dhcp" => (DeviceNames.DhcpNamespace(port.NetworkId), DeviceNames.Tap(port.Id)),
                    "network:router_gateway" => (DeviceNames.RouterNamespace(port.DeviceId), DeviceNames.GatewayPort(port.Id)),
                    _ => (DeviceNames.RouterNamespace(port.DeviceId), DeviceNames.RouterPort(port.Id)),
                };
                if (node.Namespace(space)?.Links.FirstOrDefault(l => l.Name == device) is Link { Mtu: { } mtu }
                    && networks.GetValueOrDefault(port.NetworkId)?.Mtu is { } wanted && mtu < wanted)
                {
                    Add(context, node, device, mtu, wanted, $"ip netns exec {space} ", []);
                }
            }
        }
    }

    private static void Add(CheckContext context, CheckNode node, string device, int mtu, int wanted, string where, IReadOnlyList<string> suffers) =>
        context.Found.Add(new()
        {
            Id = "mtu-narrow",
            Node = node.Name,
            Object = device,
            What = string.Create(CultureInfo.InvariantCulture, $"{device}: MTU {mtu}, but its network's is {wanted}"),
            Evidence = [string.Create(CultureInfo.InvariantCulture, $"mtu {mtu} of {device}; Neutron: mtu {wanted}")],
            Consequence = "packets that others of the network may send do not fit and vanish there",
            Fix = string.Create(CultureInfo.InvariantCulture, $"{where}ip link set {device} mtu {wanted}"),
            Suffers = suffers,
        });
}
