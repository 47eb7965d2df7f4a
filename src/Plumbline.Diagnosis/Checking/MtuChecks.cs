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
        foreach (var node in context.Nodes)
        {
            CheckUplinks(context, node);
        }
        if (context.Cloud is not { Networks: { } networks, Ports: { } ports })
        {
            OwnMtuChecks.Run(context);
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

    /// <summary>A card of a physical network's bridge takes the largest packet of each of its networks that is used here.</summary>
    private static void CheckUplinks(CheckContext context, CheckNode node)
    {
        foreach (var mapping in (node.AgentOption("bridge_mappings") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (mapping.Split(':') is not [var physical, var bridge])
            {
                continue;
            }
            (string Name, int Mtu)? largest = null;
            foreach (var vif in node.Topology.Vifs.Where(v => v.Network?.PhysicalNetwork == physical.Trim()))
            {
                var wanted = vif.Network!.Id is { } id ? context.Cloud?.Networks?.GetValueOrDefault(id) : null;
                if ((wanted?.Mtu ?? Least(node, vif)) is { } mtu && (largest is null || mtu > largest.Value.Mtu))
                {
                    largest = (wanted is { Name.Length: > 0 } ? wanted.Name : vif.Network.Id ?? CheckNode.NameOf(vif), mtu);
                }
            }
            foreach (var (_, _, row) in node.OvsPorts.Where(p => p.Bridge.Name == bridge.Trim() && p.Row.Type.Length == 0 && p.Row.Name != p.Bridge.Name))
            {
                if (largest is { } most && node.Own is { } own && node.LinksOf(own).Find(row.Name) is { Mtu: { } room } && room < most.Mtu)
                {
                    context.Found.Add(RouterChecks.Fault(node, "mtu-underlay", row.Name,
                        string.Create(CultureInfo.InvariantCulture, $"{row.Name}: MTU {room}, but network {most.Name} on {physical.Trim()} has {most.Mtu}"),
                        [$"{row.Name} is the way out of {bridge.Trim()}"], "small packets pass, large ones vanish: connections open and then hang",
                        string.Create(CultureInfo.InvariantCulture, $"ip link set {row.Name} mtu {most.Mtu} (or more), and on the wire behind it")));
                }
            }
        }
    }

    /// <summary>What passes a VIF's whole chain.</summary>
    internal static int? Least(CheckNode node, Vif vif)
    {
        var least = vif.Mtu;
        foreach (var element in node.Topology.ChainOf(vif))
        {
            least = (element.Id == vif.OvsEnd || element.Id == vif.BridgeEnd) && element.Mtu < least ? element.Mtu : least;
        }
        return least;
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
