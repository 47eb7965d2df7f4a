using Plumbline.Diagnosis.Comparing.Meaning;
using Plumbline.Iptables;
using Plumbline.Neutron;
using Plumbline.Neutron.Intent;

namespace Plumbline.Diagnosis.Comparing;

internal sealed partial class IntentComparison
{
    /// <summary>What differs for one port, one way.</summary>
    private sealed record Difference(
        IPFamily Family, Ruleset Live, IntendedPort Port, BridgedSlice Slice, bool IsIngress, List<Decided> Lost, List<Decided> Opened)
    {
        public bool Touches(PacketBox box) => Lost.Exists(d => d.Packets.And(box) is not null)
            || Opened.Exists(d => d.Packets.And(box) is not null);
    }

    private void ComparePort(IPFamily family, Ruleset live, IntendedPort port)
    {
        var (tap, qvb) = (DeviceNames.Tap(port.Port.Id), DeviceNames.VethBridgeEnd(port.Port.Id));
        var bridge = DeviceNames.HybridBridge(port.Port.Id);
        foreach (var isIngress in (ReadOnlySpan<bool>)[true, false])
        {
            var slice = isIngress ? new BridgedSlice(family, bridge, qvb, tap) : new BridgedSlice(family, bridge, tap, qvb);
            ComparePort(family, live, port, slice, isIngress);
        }
    }

    private void ComparePort(IPFamily family, Ruleset live, IntendedPort port, BridgedSlice slice, bool isIngress)
    {
        var boxes = BoxesOf(slice);
        var wanted = new ChainWalk(n => _intended.Of(family).Find(Filter)?.Find(n), boxes);
        if (port.Port.PortSecurityEnabled)
        {
            wanted.WalkPort(ChainOf(isIngress ? 'i' : 'o', port), $"{_wrap}-sg-chain");
        }
        else
        {
            wanted.Accepted.Add(new(PacketBox.Everything, $"{_wrap}-FORWARD", 0));
        }
        var actual = new ChainWalk(n => live.Find(Filter)?.Find(n), boxes);
        actual.WalkBuiltIn("FORWARD");
        if (wanted.IsTooLarge || actual.IsTooLarge)
        {
            _notes.Add($"{LabelOf(port)}: its {family} rules are too many to be compared by meaning");
            return;
        }
        // what nobody can tell is neither lost nor open
        var lost = ChainWalk.Without(ChainWalk.Without(wanted.Accepted, actual.Accepted), actual.Unknown);
        var opened = ChainWalk.Without(actual.Accepted, wanted.Accepted);
        if (actual.Unknown.Count > 0)
        {
            _notes.Add($"{LabelOf(port)}: what {actual.Unknown[0].Chain} does with some {family} packets cannot be told from its rules");
        }
        if (lost.Count + opened.Count > 0)
        {
            Explain(new(family, live, port, slice, isIngress, lost, opened), boxes);
        }
        FindOtherDrops(family, live, port, slice, wanted.Accepted);
    }

    /// <summary>Drops in other tables, or by rules of the other back end, which act beside these.</summary>
    private void FindOtherDrops(IPFamily family, Ruleset live, IntendedPort port, BridgedSlice slice, List<Decided> wanted)
    {
        ReadOnlySpan<(string Table, string Chain, bool IsRouted)> places =
        [
            ("raw", "PREROUTING", false), ("mangle", "PREROUTING", false), ("mangle", "FORWARD", true), ("security", "FORWARD", true),
            ("mangle", "POSTROUTING", true),
        ];
        foreach (var (table, chain, isRouted) in places)
        {
            FindDrops(family, live, table, chain, isRouted ? slice : slice with { Out = null }, port, wanted, "");
        }
        foreach (var part in _live.Rulesets)
        {
            if (part.IsLegacy && part.Ruleset.Family == family && !ReferenceEquals(part.Ruleset, live))
            {
                FindDrops(family, part.Ruleset, Filter, "FORWARD", slice, port, wanted, "legacy ");
            }
        }
    }

    private void FindDrops(
        IPFamily family, Ruleset ruleset, string table, string chain, BridgedSlice slice, IntendedPort port, List<Decided> wanted,
        string kind)
    {
        if (ruleset.Find(table) is not { } found || found.Find(chain) is not { } start
            || (start.Rules.Count == 0 && start.Policy != Verdict.Drop))
        {
            return;
        }
        var walk = new ChainWalk(found.Find, BoxesOf(slice));
        walk.WalkBuiltIn(chain);
        foreach (var dropped in walk.Dropped)
        {
            if (wanted.Find(w => w.Packets.And(dropped.Packets) is not null) is not { Packets: { } hit })
            {
                continue;
            }
            var both = hit.And(dropped.Packets)!;
            var text = TextOf(found.Find(dropped.Chain), dropped.Number);
            _findings.Add(
                new()
                {
                    Id = "foreign-drop",
                    What = $"a {kind}rule of table {table}, not Neutron's, drops packets of ports",
                    Family = family,
                    Table = table,
                    Chain = dropped.Chain,
                    Evidence = [$"live: {text}", $"example: {BoxWords.Say(both, family)}"],
                    Consequence = "packets that the security groups allow are dropped",
                    Fix = dropped.Number > 0
                        ? $"{Tool(family)}{(kind.Length > 0 ? "-legacy" : "")} -t {table} -D {dropped.Chain} {dropped.Number}, if nobody needs it"
                        : $"{Tool(family)} -t {table} -P {dropped.Chain} ACCEPT",
                },
                LabelOf(port), text);
        }
    }

    private static string Tool(IPFamily family) => family == IPFamily.IPv4 ? "iptables" : "ip6tables";

    private static string TextOf(Chain? chain, int number) => chain is null ? "?"
        : number == 0 ? $"-P {chain.Name} {chain.Policy?.ToString().ToUpperInvariant()}"
        : TextOf(chain, chain.Rules[number - 1]);

    private static string TextOf(Chain chain, Rule rule)
    {
        var text = rule.Text.Trim();
        var start = text.IndexOf("-A ", StringComparison.Ordinal);
        return start >= 0 ? text[start..] : $"-A {chain.Name} {text}";
    }
}
