using System.Net;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Checking;

/// <summary>Devices of VMs, routers, DHCP servers and tunnels that lose or delay packets because somebody told them to (tc-netem(8)).</summary>
internal static class ImpairmentChecks
{
    private static readonly string[] _services = ["qrouter-", "qdhcp-", "snat-", "fip-"];

    public static void Run(CheckContext context)
    {
        foreach (var node in context.Nodes)
        {
            HashSet<string>? concerned = null;
            foreach (var space in node.Snapshot.Namespaces)
            {
                foreach (var link in space.Links)
                {
                    if (link.QueueDiscipline != Impairment.Discipline)
                    {
                        continue;
                    }
                    if (space.Name.Length == 0 ? (concerned ??= Concerned(node)).Contains(link.Name) : Array.Exists(_services, s => space.Name.StartsWith(s, StringComparison.Ordinal)))
                    {
                        Add(context, node, space, link);
                    }
                }
            }
        }
    }

    /// <summary>What VMs' packets cross: their own devices, ports of Open vSwitch, and what tunnels start at, down to the wire.</summary>
    private static HashSet<string> Concerned(CheckNode node)
    {
        var names = node.OvsPorts.Select(p => p.Row.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var vif in node.Topology.Vifs)
        {
            foreach (var id in (string?[])[vif.Device, vif.HybridBridge, vif.BridgeEnd, vif.OvsEnd])
            {
                if (id is not null && node.Topology.Find(id) is { Namespace: "" } element)
                {
                    names.Add(element.Name);
                }
            }
        }
        foreach (var local in node.Tunnels.Select(t => t.Tunnel?.Local).OfType<IPAddress>().Distinct())
        {
            if (node.DeviceWith(local) is { } device)
            {
                names.UnionWith(node.Below(device).Select(l => l.Name));
            }
        }
        return names;
    }

    private static void Add(CheckContext context, CheckNode node, NamespaceFacts space, Link link)
    {
        var inside = space.Name.Length == 0 ? "" : $"ip netns exec {space.Name} ";
        context.Found.Add(new()
        {
            Id = "netem",
            Node = node.Name,
            Object = link.Name,
            What = $"{link.Name}: its queue discipline is netem, which delays, loses, reorders or corrupts what it sends",
            Evidence = [$"{inside}ip link show {link.Name}: qdisc netem"],
            Consequence = "somebody's test that was left: some packets are late or lost here, and no rule's or flow's counter tells",
            Fix = $"{inside}tc qdisc show dev {link.Name}, then {inside}tc qdisc del dev {link.Name} root",
            Suffers = space.Name.Length == 0 ? OvsChecks.Sufferers(node, link.Name) : [],
        });
    }
}
