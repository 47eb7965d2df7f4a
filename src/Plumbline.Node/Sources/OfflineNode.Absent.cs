using Plumbline.Node.Facts;
using Plumbline.Node.Sources.Texts;

namespace Plumbline.Node.Sources;

public static partial class OfflineNode
{
    /// <summary>Says what the texts do not tell, what question that keeps from being answered, and which command would tell it.</summary>
    private static void AddAbsent(
        List<SourceReport> reports, SnapshotBuilder builder, OvsFacts? ovs, SwitchingFacts? switching, string where)
    {
        void Absent(string source, string detail, string consequence) => reports.Add(new()
        {
            Source = source,
            Where = where,
            Outcome = SourceOutcome.Absent,
            Detail = detail,
            Consequence = consequence,
        });

        bool Has(string source) => reports.Exists(report => report.Source == source && report.Outcome == SourceOutcome.Read);

        AddRefusals(reports, builder, switching, where);
        if (builder.DatabaseRefusal is null && ovs is null)
        {
            Absent("ovsdb", "no \"ovs-vsctl show\" in the text", "no OVS bridges, no VLAN tags: add the output of ovs-vsctl show");
        }
        else if (ovs is { Bridges.Count: 0 } && (builder.OvsTables.Ports ?? builder.OvsTables.Interfaces) is { Count: > 0 })
        {
            Absent("ovsdb", "ports are told, but not the bridges that they are in",
                "they stand in no bridge and are left out: add the output of ovs-vsctl show");
        }
        else if (ovs is { IsCut: true })
        {
            reports.Add(new()
            {
                Source = "ovsdb",
                Where = where,
                Outcome = SourceOutcome.Partial,
                Detail = "\"ovs-vsctl show\" is not there from its first line to its last",
                Consequence = "what is not shown may exist all the same: bridges, ports, peers of patch ports",
            });
        }
        if (!Has("links"))
        {
            Absent("links", "no \"ip -d link\" in the text", "devices outside OVS are not known: add the output of ip -d link");
        }
        else if (!builder.Namespaces.Any(network => network.AddressCount > 0))
        {
            Absent("addresses", "no \"ip addr\" in the text", "IP addresses of the node are not known: add the output of ip addr");
        }
        if (!Has("libvirt"))
        {
            Absent("libvirt", "no domain XML in the text", "VMs are not known by name: add the output of virsh dumpxml VM");
        }
        foreach (var network in builder.Namespaces)
        {
            if (network is { LinkCount: 0, Name.Length: > 0 })
            {
                Absent("links", $"no \"ip link\" of namespace {network.Name} in the text",
                    $"what is inside is not known: add the output of ip netns exec {network.Name} ip addr");
            }
        }
        foreach (var network in builder.Namespaces.Where(n => n.AreLinksCut))
        {
            reports.Add(new()
            {
                Source = "links",
                Where = where,
                Outcome = SourceOutcome.Partial,
                Detail = "the list of devices" + (network.Name.Length > 0 ? $" of namespace {network.Name}" : "") + " is cut off or filtered",
                Consequence = "a device that is not in it may exist all the same: add the whole output of ip -d link",
            });
        }
        AddAbsentFirewall(builder, Absent);
        AddAbsentForwarding(builder, ovs, switching, Absent);
    }

    /// <summary>Daemons that were asked and did not answer, unless they did at another time: conf.db is read without one.</summary>
    private static void AddRefusals(List<SourceReport> reports, SnapshotBuilder builder, SwitchingFacts? switching, string where)
    {
        void Failed(string source, string detail, string consequence) => reports.Add(new()
        {
            Source = source,
            Where = where,
            Outcome = SourceOutcome.Failed,
            Detail = detail,
            Consequence = consequence,
        });

        if (builder.DatabaseRefusal is { } database
            && !reports.Exists(r => r is { Source: "ovsdb", Outcome: SourceOutcome.Read } && r.Detail != OvsLogSource.Name))
        {
            Failed("ovsdb", $"ovsdb-server did not answer: {database}", "no OVS bridges, no VLAN tags");
        }
        if (builder.SwitchRefusal is { } control && switching?.Bridges.Any(b => b.Flows is not null) != true)
        {
            Failed("flows", $"ovs-vswitchd did not answer: {control}", "how Open vSwitch forwards is not known");
        }
    }

    private static void AddAbsentFirewall(SnapshotBuilder builder, Action<string, string, string> absent)
    {
        var rules = builder.Firewall.Values.Where(text => text.Namespace.Length == 0).ToArray();
        if (!rules.Any(text => text.Tool.Contains("iptables", StringComparison.Ordinal)))
        {
            absent("iptables", "no \"iptables-save\" in the text",
                "firewall: which rule passes or drops a packet is not known: add the output of iptables-save -c");
        }
        else if (!rules.Any(text => text.Tool.StartsWith("ipset", StringComparison.Ordinal))
            && rules.Any(text => text.Text.Contains("match-set", StringComparison.Ordinal)))
        {
            absent("ipset", "no \"ipset save\" in the text",
                "firewall: rules that ask a set (remote groups) are undecided: add the output of ipset save");
        }
    }

    private static void AddAbsentForwarding(
        SnapshotBuilder builder, OvsFacts? ovs, SwitchingFacts? switching, Action<string, string, string> absent)
    {
        var without = new List<string>();
        foreach (var bridge in ovs?.Bridges ?? [])
        {
            if (switching?.Bridges.FirstOrDefault(told => told.Bridge == bridge.Name)?.Flows is null)
            {
                without.Add(bridge.Name);
            }
        }
        if (without.Count > 0)
        {
            absent("flows", $"no \"ovs-ofctl dump-flows\" of {string.Join(", ", without)} in the text",
                $"forwarding: how frames cross Open vSwitch is not known: add the output of ovs-ofctl dump-flows {without[0]}");
        }
        if (!builder.Namespaces.Any(network => network.HasRoutes))
        {
            absent("routes", "no \"ip route\" in the text",
                "forwarding: ways of tunnels and through routers are not known: add the output of ip route show table all");
        }
    }
}
