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
        lost.RemoveAll(IsOfInvalid);
        opened.RemoveAll(d => IsNever(d, live));
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
        foreach (var other in _live.Others(family))
        {
            FindDrops(family, other, Filter, "FORWARD", slice, port, wanted, "other back end's ");
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
            // chains of the agent's that are there a second time are one thing, wherever they drop
            var isSecond = kind.Length > 0 && dropped.Chain.StartsWith(_wrap + "-", StringComparison.Ordinal);
            _findings.Add(
                new()
                {
                    Id = "foreign-drop",
                    What = isSecond ? "the other back end holds chains of the agent's from another time, which drop packets of ports as well"
                        : kind.Length > 0 ? $"a rule of table {table} in the other back end, not Neutron's, drops packets of ports" : $"a rule of table {table}, not Neutron's, drops packets of ports",
                    Family = family,
                    Table = table,
                    Chain = isSecond ? chain : dropped.Chain,
                    Evidence = [$"live: {text}", $"example: {BoxWords.Say(both, family)}"],
                    Consequence = "packets that the security groups allow are dropped",
                    Fix = isSecond ? $"flush it: {Tool(family)}-legacy -F and -X (or -nft, where the agent writes legacy rules)" : dropped.Number > 0
                        ? $"{Tool(family)}{(kind.Length > 0 ? "-legacy" : "")} -t {table} -D {dropped.Chain} {dropped.Number}, if nobody needs it"
                        : $"{Tool(family)} -t {table} -P {dropped.Chain} ACCEPT",
                },
                LabelOf(port), isSecond ? "second" : text);
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
