using System.Globalization;
using Plumbline.Diagnosis.Comparing.Meaning;
using Plumbline.Diagnosis.Firewalls;
using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Comparing;

/// <summary>
/// Two rulesets, chain by chain: which rules came, went, changed or moved. What means the same is no difference: the order of rules that
/// do the same or act on different packets, a rule cut in two, comments, and the numbers of conntrack zones as long as the same devices
/// share one.
/// </summary>
internal sealed class RulesetComparison(NodeRules one, NodeRules other)
{
    private readonly FindingList _findings = new();
    private readonly List<string> _notes = [];

    public FirewallComparison Run()
    {
        foreach (var family in (ReadOnlySpan<IPFamily>)[IPFamily.IPv4, IPFamily.IPv6])
        {
            var (before, after) = (one.Find(family), other.Find(family));
            if (before is null != after is null)
            {
                _notes.Add($"{family}: only the {(before is null ? "second" : "first")} has rules");
                continue;
            }
            if (before is not null && after is not null)
            {
                Compare(family, before, after);
            }
            var sysctl = NodeRules.BridgeSysctl(family);
            if (one.AreBridgedPacketsShown(family) is { } was && other.AreBridgedPacketsShown(family) is { } now && was != now)
            {
                _findings.Add(
                    new()
                    {
                        Id = now ? "bridge-filter-on" : "bridge-filter-off",
                        What = $"{sysctl} was {(was ? 1 : 0)} and is {(now ? 1 : 0)}",
                        Family = family,
                        Evidence = [$"first: {(was ? 1 : 0)}", $"second: {(now ? 1 : 0)}"],
                        Consequence = now ? "bridged packets meet the rules now" : "bridged packets do not meet the rules any more",
                        Fix = $"sysctl -w {sysctl}={(was ? 1 : 0)} for the former state",
                    },
                    null, sysctl);
            }
        }
        CompareSets();
        return new() { Findings = _findings.ToList(), Notes = _notes };
    }

    private void Compare(IPFamily family, Ruleset before, Ruleset after)
    {
        foreach (var name in before.Tables.Concat(after.Tables).Select(t => t.Name).Distinct(StringComparer.Ordinal))
        {
            var (was, now) = (Renumbered(before.Find(name)), Renumbered(after.Find(name)));
            foreach (var chain in was.Chains.Concat(now.Chains).Select(c => c.Name).Distinct(StringComparer.Ordinal))
            {
                CompareChain(new(family, name, chain), was.Find(chain), now.Find(chain));
            }
        }
    }

    private void CompareChain(Place place, Chain? was, Chain? now)
    {
        if (was is not { IsShown: true } || now is not { IsShown: true })
        {
            if (was is { IsShown: true, Rules.Count: > 0 } or { IsShown: true, Policy: null } && now is null)
            {
                Add(place, "missing-chain", $"chain {place.Chain} has gone", [$"first: {was!.Rules.Count} rules"]);
            }
            else if (was is null && now is { IsShown: true, Rules.Count: > 0 } or { IsShown: true, Policy: null })
            {
                Add(place, "extra-chain", $"chain {place.Chain} is new", [$"second: {now!.Rules.Count} rules"]);
            }
            return;
        }
        if (was.Policy != now.Policy)
        {
            Add(place, "changed-policy", $"the policy of {place.Chain} was {Word(was.Policy)} and is {Word(now.Policy)}", []);
        }
        if (was.Rules.SequenceEqual(now.Rules))
        {
            return;
        }
        // the members of sets are compared by themselves
        var boxes = new RuleBox(null, static _ => null);
        var first = was.Rules.Select(r => new Weighed(r, boxes.Of(r))).ToList();
        var second = now.Rules.Select(r => new Weighed(r, boxes.Of(r))).ToList();
        if (!RuleRuns.AreSame(first, second))
        {
            CompareRules(place, first, second);
        }
    }

    private void CompareRules(Place place, List<Weighed> was, List<Weighed> now)
    {
        var gone = Enumerable.Range(0, was.Count).Where(i => !now.Exists(n => n.Same(was[i]))).ToList();
        var come = Enumerable.Range(0, now.Count).Where(i => !was.Exists(w => w.Same(now[i]))).ToList();
        if (gone.Count + come.Count == 0)
        {
            if (RuleRuns.FindInversion(was, now) is { } pair)
            {
                Add(place, "reordered-rules", $"rules of {place.Chain} stand the other way round",
                    [$"first: {Text(was[pair.First].Rule)} before {Text(was[pair.Second].Rule)}", "second: after it"]);
            }
            return;
        }
        foreach (var i in gone)
        {
            var pair = come.FindIndex(j => Equals(now[j].Rule.Target, was[i].Rule.Target)
                && was[i].Rule.Matches.Any(m => m is not CommentMatch && now[j].Rule.Matches.Any(o => o.GetType() == m.GetType())));
            if (pair >= 0)
            {
                Add(place, "changed-rule", $"a rule of {place.Chain} has changed",
                    [$"first, rule {i + 1}: {Text(was[i].Rule)}", $"second, rule {come[pair] + 1}: {Text(now[come[pair]].Rule)}"]);
                come.RemoveAt(pair);
            }
            else
            {
                Add(place, "missing-rule", $"a rule of {place.Chain} has gone", [$"first, rule {i + 1}: {Text(was[i].Rule)}"]);
            }
        }
        foreach (var j in come)
        {
            Add(place, "extra-rule", $"{place.Chain} has a new rule", [$"second, rule {j + 1}: {Text(now[j].Rule)}"]);
        }
    }

    private void CompareSets()
    {
        if (!one.AreSetsTold || !other.AreSetsTold)
        {
            if (one.AreSetsTold != other.AreSetsTold)
            {
                _notes.Add($"sets were read in the {(one.AreSetsTold ? "first" : "second")} only");
            }
            return;
        }
        foreach (var name in one.Sets.Keys.Union(other.Sets.Keys).Order(StringComparer.Ordinal))
        {
            var (was, now) = (one.Sets.GetValueOrDefault(name), other.Sets.GetValueOrDefault(name));
            if (was is null || now is null)
            {
                Add(new(null, null, name), was is null ? "extra-set" : "missing-set", $"set {name} {(was is null ? "is new" : "has gone")}", []);
                continue;
            }
            if (SetMembers.Of(was) is { } before && SetMembers.Of(now) is { } after && before.Same(after) && was.Type == now.Type)
            {
                continue;
            }
            var gone = was.Members.Select(m => m.Text).Except(now.Members.Select(m => m.Text)).ToList();
            var come = now.Members.Select(m => m.Text).Except(was.Members.Select(m => m.Text)).ToList();
            if (gone.Count + come.Count > 0 || was.Type != now.Type)
            {
                Add(new(null, null, name), "set-drift", $"set {name} has other members",
                    [
                        .. was.Type == now.Type ? (string[])[] : [$"type: {was.Type}, now {now.Type}"],
                        .. gone.Count == 0 ? (string[])[] : [$"gone: {string.Join(", ", gone)}"],
                        .. come.Count == 0 ? (string[])[] : [$"new: {string.Join(", ", come)}"],
                    ]);
            }
        }
    }

    private void Add(Place place, string id, string what, IReadOnlyList<string> evidence) => _findings.Add(
        new()
        {
            Id = id,
            What = place.Table is null ? what : $"{what} (table {place.Table})",
            Family = place.Family,
            Table = place.Table,
            Chain = place.Table is null ? null : place.Chain,
            Evidence = evidence,
            Consequence = "packets may fare otherwise than before",
            Fix = "none, if it was meant",
        },
        null, place.Chain + what + string.Join('\n', evidence));

    private static string Text(Rule rule) => rule.Text.Trim();

    private static string Word(Verdict? policy) => policy?.ToString().ToUpperInvariant() ?? "none";

    /// <summary>Zones by the order in which they come up instead of by their numbers.</summary>
    private static Table Renumbered(Table? table)
    {
        if (table is null)
        {
            return new() { Name = "", Chains = [] };
        }
        if (table.Name != "raw")
        {
            return table;
        }
        var zones = new Dictionary<ushort, ushort>();
        return new()
        {
            Name = table.Name,
            Chains =
            [
                .. table.Chains.Select(c => c with { Rules = [.. Sorted(c.Rules).Select(Renumbered)] }),
            ],
        };

        Rule Renumbered(Rule rule)
        {
            if (rule.Target is not CtTarget { Zone: { } zone } ct)
            {
                return rule;
            }
            if (!zones.TryGetValue(zone, out var number))
            {
                zones[zone] = number = (ushort)zones.Count;
            }
            return rule with { Target = ct with { Zone = number } };
        }

        // a restarted agent may write its ports in another order as well
        static IEnumerable<Rule> Sorted(IReadOnlyList<Rule> rules) => rules.All(r => r.Target is CtTarget)
            ? rules.OrderBy(DeviceOf, StringComparer.Ordinal) : rules;

        static string DeviceOf(Rule rule)
        {
            foreach (var match in rule.Matches)
            {
                if (match is PhysdevMatch { In: { } device })
                {
                    return device.Value.ToString()[Math.Min(3, device.Value.ToString().Length)..];
                }
                if (match is InInterfaceMatch input)
                {
                    return input.Interface.ToString()[Math.Min(3, input.Interface.ToString().Length)..];
                }
            }
            return string.Create(CultureInfo.InvariantCulture, $"{rule.Line:d9}");
        }
    }

    private sealed record Place(IPFamily? Family, string? Table, string Chain);
}
