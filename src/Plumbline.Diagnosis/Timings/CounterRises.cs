using System.Globalization;
using Plumbline.Iptables;
using Plumbline.Node.Facts;
using Plumbline.OpenFlow.Flows;

namespace Plumbline.Diagnosis.Timings;

/// <summary>
/// Which packet counters of rules, policies that drop, flows and ports' drops rose between two snapshots: beside lost packets, the ones
/// that may have dropped them.
/// </summary>
public static partial class CounterRises
{
    private const int MostText = 200;

    private delegate void Visitor(CounterSite site, string place, string what, long packets, bool drops);

    /// <summary>Those that rose, dropping ones first, then by how much.</summary>
    /// <param name="before">Taken first.</param>
    /// <param name="after">Taken later.</param>
    /// <param name="links">
    /// The drops of network devices, too. A device also counts as dropped what nobody wanted (frames of a protocol that is not spoken), so that
    /// they tell something only beside packets that are known to be lost.
    /// </param>
    public static IReadOnlyList<CounterRise> Between(NodeSnapshot before, NodeSnapshot after, bool links = false)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var counts = new Dictionary<(string Place, string What), long>();
        Visit(before, links, (_, place, what, packets, _) => counts[(place, what)] = counts.GetValueOrDefault((place, what)) + packets);
        var rises = new Dictionary<(string Place, string What), CounterRise>();
        Visit(after, links, (site, place, what, packets, drops) =>
        {
            var known = rises.GetValueOrDefault((place, what));
            var start = known is null ? -counts.GetValueOrDefault((place, what)) : 0;
            rises[(place, what)] = new(place, what, (known?.Packets ?? 0) + start + packets, drops)
            {
                IsNew = !counts.ContainsKey((place, what)),
                Site = site,
            };
        });
        return [.. rises.Values.Where(r => r.Packets > 0).OrderByDescending(r => r.Drops).ThenByDescending(r => r.Packets)];
    }

    /// <summary>Under which place and text a rule's counter stands in what <see cref="Between"/> gives; packets are those of now.</summary>
    /// <param name="space">The namespace; empty: the node's own.</param>
    /// <param name="family">Whose tool.</param>
    /// <param name="table">The table.</param>
    /// <param name="rule">The rule, as <c>iptables-save -c</c> printed it.</param>
    internal static (string Place, string What, bool Drops) KeyOf(string space, IPFamily family, string table, Rule rule)
    {
        var text = RuleText(rule.Text.AsSpan().TrimEnd());
        return (PlaceOf(space, family == IPFamily.IPv4, table), Short(text.ToString()), IsDrop(text));
    }

    /// <summary>As the other, of a chain's policy that drops.</summary>
    internal static (string Place, string What, bool Drops) KeyOfPolicy(string space, IPFamily family, string table, string chain) =>
        (PlaceOf(space, family == IPFamily.IPv4, table), PolicyText(chain), true);

    /// <summary>As the other, of a flow.</summary>
    internal static (string Place, string What, bool Drops) KeyOf(string bridge, Flow flow) => (
        $"{bridge} table {flow.Table}", Short($"{flow.MatchText} actions={flow.ActionsText}"), flow.Actions.Count == 0 || flow.Actions is [FlowAction.Drop]);

    private static void Visit(NodeSnapshot snapshot, bool links, Visitor visit)
    {
        foreach (var text in snapshot.Firewall.Where(t => t.Tool is "iptables-save" or "ip6tables-save"))
        {
            VisitRules(text, visit);
        }
        foreach (var bridge in snapshot.Switching?.Bridges ?? [])
        {
            foreach (var flow in bridge.Flows is { } flows ? FlowDump.Parse(flows).Flows : [])
            {
                var (place, what, drops) = KeyOf(bridge.Bridge, flow);
                visit(new() { Bridge = bridge.Bridge }, place, what, (long)(flow.Packets ?? 0), drops);
            }
            VisitPorts(snapshot, bridge, visit);
        }
        if (links)
        {
            VisitLinks(snapshot, visit);
        }
    }

    /// <summary>Lines <c>[packets:bytes] -A CHAIN …</c> below <c>*table</c>, as <c>iptables-save -c</c> prints them.</summary>
    private static void VisitRules(FirewallText text, Visitor visit)
    {
        var place = "";
        foreach (var range in text.Text.AsSpan().Split('\n'))
        {
            var line = text.Text.AsSpan(range).TrimEnd();
            if (line.StartsWith("*"))
            {
                place = PlaceOf(text.Namespace, text.Tool == "iptables-save", line[1..].ToString());
            }
            else if (line.StartsWith("[") && CountOf(line) is { } packets && line.Contains("] -A ", StringComparison.Ordinal))
            {
                var rule = RuleText(line);
                visit(new() { Namespace = text.Namespace, Chain = ChainOf(rule) }, place, Short(rule.ToString()), packets, IsDrop(rule));
            }
            else if (line.StartsWith(":") && line.IndexOf(" DROP [") is var at and > 0 && CountOf(line[(at + " DROP ".Length)..]) is { } dropped)
            {
                var chain = line[1..at].ToString();
                visit(new() { Namespace = text.Namespace, Chain = chain }, place, PolicyText(chain), dropped, true);
            }
        }
    }

    /// <summary>The packets of <c>[packets:bytes]</c>; null where it is none.</summary>
    private static long? CountOf(ReadOnlySpan<char> text) => text.IndexOf(':') is var colon and > 1
        && long.TryParse(text[1..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var packets) ? packets : null;

    /// <summary>A rule without the counters before it.</summary>
    private static ReadOnlySpan<char> RuleText(ReadOnlySpan<char> line) =>
        line.StartsWith("[") && line.IndexOf("] -A ") is var end and > 0 ? line[(end + 2)..] : line;

    /// <summary>Of <c>-A CHAIN …</c>.</summary>
    private static string ChainOf(ReadOnlySpan<char> rule)
    {
        var chain = rule["-A ".Length..];
        return (chain.IndexOf(' ') is var end and > 0 ? chain[..end] : chain).ToString();
    }

    private static bool IsDrop(ReadOnlySpan<char> rule) => rule.EndsWith(" -j DROP")
        || rule.Contains(" -j DROP ", StringComparison.Ordinal) || rule.Contains(" -j REJECT", StringComparison.Ordinal);

    private static string PlaceOf(string space, bool isIPv4, string table) =>
        (space.Length > 0 ? space + " " : "") + (isIPv4 ? "iptables " : "ip6tables ") + table;

    private static string PolicyText(string chain) => $"-P {chain} DROP";

    private static string Short(string text) => text.Length <= MostText ? text : text[..MostText] + "…";
}
