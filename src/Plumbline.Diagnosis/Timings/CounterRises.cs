using System.Globalization;
using Plumbline.Node.Facts;
using Plumbline.OpenFlow.Flows;

namespace Plumbline.Diagnosis.Timings;

/// <summary>Which rules' and flows' packet counters rose between two snapshots: beside lost packets, the ones that may have dropped them.</summary>
public static class CounterRises
{
    private const int MostText = 200;

    /// <summary>Those that rose, dropping ones first, then by how much.</summary>
    public static IReadOnlyList<CounterRise> Between(NodeSnapshot before, NodeSnapshot after)
    {
        var counts = new Dictionary<(string Place, string What), long>();
        Visit(before, (place, what, packets, _) => counts[(place, what)] = counts.GetValueOrDefault((place, what)) + packets);
        var rises = new Dictionary<(string Place, string What), CounterRise>();
        Visit(after, (place, what, packets, drops) =>
        {
            var known = rises.GetValueOrDefault((place, what));
            var start = known is null ? -counts.GetValueOrDefault((place, what)) : 0;
            rises[(place, what)] = new(place, what, (known?.Packets ?? 0) + start + packets, drops);
        });
        return [.. rises.Values.Where(r => r.Packets > 0).OrderByDescending(r => r.Drops).ThenByDescending(r => r.Packets)];
    }

    private static void Visit(NodeSnapshot snapshot, Action<string, string, long, bool> visit)
    {
        foreach (var text in snapshot.Firewall.Where(t => t.Tool is "iptables-save" or "ip6tables-save"))
        {
            VisitRules(text, visit);
        }
        foreach (var bridge in snapshot.Switching?.Bridges ?? [])
        {
            foreach (var flow in bridge.Flows is { } flows ? FlowDump.Parse(flows).Flows : [])
            {
                var drops = flow.Actions.Count == 0 || flow.Actions is [FlowAction.Drop];
                visit($"{bridge.Bridge} table {flow.Table}", Short($"{flow.MatchText} actions={flow.ActionsText}"), (long)(flow.Packets ?? 0), drops);
            }
        }
    }

    /// <summary>Lines <c>[packets:bytes] -A CHAIN …</c> below <c>*table</c>, as <c>iptables-save -c</c> prints them.</summary>
    private static void VisitRules(FirewallText text, Action<string, string, long, bool> visit)
    {
        var place = "";
        foreach (var line in text.Text.Split('\n'))
        {
            if (line.StartsWith('*'))
            {
                var tool = text.Tool == "iptables-save" ? "iptables" : "ip6tables";
                place = (text.Namespace.Length > 0 ? text.Namespace + " " : "") + $"{tool} {line[1..].TrimEnd()}";
            }
            else if (line.StartsWith('[') && line.IndexOf(':', StringComparison.Ordinal) is var colon and > 0
                && line.IndexOf("] -A ", StringComparison.Ordinal) is var end and > 0
                && long.TryParse(line.AsSpan(1, colon - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var packets))
            {
                var rule = line[(end + 2)..].TrimEnd();
                visit(place, Short(rule), packets, rule.EndsWith(" -j DROP", StringComparison.Ordinal)
                    || rule.Contains(" -j DROP ", StringComparison.Ordinal) || rule.Contains(" -j REJECT", StringComparison.Ordinal));
            }
        }
    }

    private static string Short(string text) => text.Length <= MostText ? text : text[..MostText] + "…";
}
