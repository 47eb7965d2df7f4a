using System.Globalization;
using Plumbline.Neutron.Api;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Checking;

/// <summary>What ovs-vsctl sets and the agent does not: limits of a port's rate, a bridge of another datapath, a port that a spanning tree closed.</summary>
internal static class OvsSettingChecks
{
    public static void Run(CheckContext context, CheckNode node)
    {
        foreach (var (bridge, port, row) in node.OvsPorts)
        {
            CheckRate(context, node, row);
            CheckSpanningTree(context, node, bridge, port, row);
        }
        CheckProtected(context, node);
        CheckDatapaths(context, node);
    }

    /// <summary>Protected ports of one bridge do not send to each other (ovs-vswitchd.conf.db(5), protected): one alone hurts nobody.</summary>
    private static void CheckProtected(CheckContext context, CheckNode node)
    {
        foreach (var group in node.OvsPorts.Where(p => p.Port.IsProtected).GroupBy(p => p.Bridge.Name))
        {
            // ports of different VLANs have nothing to say to each other; one without a tag carries them all
            var shut = group.Where(p => group.Any(o => o.Port.Name != p.Port.Name && (o.Port.Tag is null || p.Port.Tag is null || o.Port.Tag == p.Port.Tag)))
                .Select(p => p.Port.Name).Distinct().Order(StringComparer.Ordinal).ToList();
            if (shut.Count < 2)
            {
                continue;
            }
            context.Found.Add(RouterChecks.Fault(node, "port-protected", shut[0],
                $"{string.Join(", ", shut)} of {group.Key} are protected: none of them sends to another of them",
                [.. shut.Select(name => $"Port {name}: protected=true")], "no packet passes between them, and no flow's counter tells; everybody else is reached",
                $"ovs-vsctl {string.Join(" -- ", shut.Select(name => $"set Port {name} protected=false"))}")
                with
            { Suffers = [.. shut.SelectMany(name => OvsChecks.Sufferers(node, name)).Distinct()] });
        }
    }

    /// <summary>A limit that Neutron did not ask for: its agent sets one where a port or network has a QoS policy.</summary>
    private static void CheckRate(CheckContext context, CheckNode node, OvsInterface row)
    {
        if (row is not ({ IngressPolicingRate: > 0 } or { IngressPolicingPackets: > 0 }) || !row.ExternalIds.TryGetValue("iface-id", out var id))
        {
            return;
        }
        CloudPort? wanted = null;
        context.Cloud?.Ports?.TryGetValue(id, out wanted);
        var isNeutrons = wanted?.HasQos ?? (node.AgentOption("extensions") is { } extensions ? extensions.Contains("qos", StringComparison.Ordinal)
            // it has none of its own accord
            : node.AgentOption("firewall_driver") is null && node.AgentOption("tunnel_types") is null && node.AgentOption("bridge_mappings") is null);
        if (isNeutrons)
        {
            return;
        }
        var rate = row.IngressPolicingRate is > 0 and { } kilobits
            ? string.Create(CultureInfo.InvariantCulture, $"{kilobits} kbit/s") : string.Create(CultureInfo.InvariantCulture, $"{row.IngressPolicingPackets},000 packets/s");
        context.Found.Add(RouterChecks.Fault(node, "rate-limited", row.Name, $"{row.Name}: what it sends is limited to {rate}, and no QoS policy of Neutron's asks for that",
            [string.Create(CultureInfo.InvariantCulture, $"Interface {row.Name}: ingress_policing_rate={row.IngressPolicingRate ?? 0}, ingress_policing_burst={row.IngressPolicingBurst ?? 0}, ingress_policing_kpkts_rate={row.IngressPolicingPackets ?? 0}")],
            "single packets pass, what goes beyond the rate is dropped, and no flow's counter tells",
            $"ovs-vsctl set Interface {row.Name} ingress_policing_rate=0 ingress_policing_burst=0 ingress_policing_kpkts_rate=0")
            with
        { Suffers = OvsChecks.Sufferers(node, row.Name) });
    }

    /// <summary>A spanning tree may close one of several cards; a patch port, a VM's port or the only card has no other way.</summary>
    private static void CheckSpanningTree(CheckContext context, CheckNode node, OvsBridge bridge, OvsPort port, OvsInterface row)
    {
        if (port.SpanningTreeState is not { } state || state.ToLowerInvariant() is not ("blocking" or "listening" or "learning" or "discarding"))
        {
            return;
        }
        if (row.Type != "patch" && !row.ExternalIds.ContainsKey("iface-id") && bridge.Ports.Count(p => p.Interfaces.Any(i => i.Type.Length == 0) && p.Name != bridge.Name) > 1)
        {
            return;
        }
        context.Found.Add(RouterChecks.Fault(node, "bridge-port-blocked", row.Name, $"{row.Name} does not forward in {bridge.Name}: its spanning tree state is {state}",
            [$"ovs-vsctl list Port {row.Name}: status or rstp_status has {state}"], "no packet passes it, and no flow's counter tells",
            $"ovs-vsctl set Bridge {bridge.Name} stp_enable=false rstp_enable=false, as the agent has it")
            with
        { Suffers = OvsChecks.Sufferers(node, row.Name) });
    }

    /// <summary>Patch ports join bridges of one datapath only: with another type the two ends do not find each other (ovs-vswitchd.conf.db(5), datapath_type).</summary>
    private static void CheckDatapaths(CheckContext context, CheckNode node)
    {
        var joined = node.OvsPorts.Where(p => p.Row.Type == "patch" && p.Bridge.DatapathType is not null).Select(p => p.Bridge).DistinctBy(b => b.Name).ToList();
        var types = joined.GroupBy(TypeOf).OrderByDescending(g => g.Count()).ToList();
        if (types.Count < 2)
        {
            return;
        }
        var meant = node.AgentOption("datapath_type") is { Length: > 0 } told && types.Exists(g => g.Key == told) ? told : types[0].Key;
        foreach (var bridge in joined.Where(b => TypeOf(b) != meant && Peers(node, b).Any(p => p.DatapathType is not null && TypeOf(p) != TypeOf(b))))
        {
            context.Found.Add(RouterChecks.Fault(node, "datapath-type", bridge.Name, $"{bridge.Name}: its datapath_type is {TypeOf(bridge)}, the bridges that it is joined to have {meant}",
                [string.Join(", ", joined.Select(b => $"{b.Name}: {TypeOf(b)}"))], "patch ports do not lead from one datapath into another: nothing passes between these bridges",
                $"ovs-vsctl set Bridge {bridge.Name} datapath_type={meant}"));
        }
    }

    private static IEnumerable<OvsBridge> Peers(CheckNode node, OvsBridge bridge) => bridge.Ports.SelectMany(p => p.Interfaces)
        .Select(i => i.Type == "patch" && i.Options.TryGetValue("peer", out var peer) ? node.OvsPort(peer)?.Bridge : null).OfType<OvsBridge>();

    internal static string TypeOf(OvsBridge bridge) => string.IsNullOrEmpty(bridge.DatapathType) ? "system" : bridge.DatapathType;
}
