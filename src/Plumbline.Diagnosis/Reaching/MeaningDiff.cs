using Plumbline.Diagnosis.Firewalls;
using Plumbline.Iptables;
using Plumbline.Iptables.Symbolic;

namespace Plumbline.Diagnosis.Reaching;

/// <summary>Two nodes' (or moments') rules by what they do to packets, not by their words.</summary>
/// <param name="Family">IPv4 or IPv6.</param>
/// <param name="Report">How they differ.</param>
public sealed record MeaningDiff(IPFamily Family, DifferenceReport Report)
{
    /// <summary>What of the texts makes the answer less than it seems.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Compares families that either side has, each with all that acts on it: the rules of nftables and legacy ones together.</summary>
    public static IReadOnlyList<MeaningDiff> Between(NodeRules first, NodeRules second, AnalysisBudget budget)
    {
        var result = new List<MeaningDiff>();
        foreach (var family in new[] { IPFamily.IPv4, IPFamily.IPv6 })
        {
            var notes = new List<string>();
            var (one, other) = (Side(first, family, "A", notes), Side(second, family, "B", notes));
            if (one is not null || other is not null)
            {
                var none = new DifferenceSide { Rulesets = [new() { Family = family, Tables = [] }] };
                var report = RulesetDifference.Between(one ?? none, other ?? none, budget);
                report = report with { Unproved = [.. report.Unproved, .. Unread(first, "A"), .. Unread(second, "B")] };
                result.Add(new(family, report) { Notes = notes });
            }
        }
        return result;
    }

    /// <summary>What could not be read may be what differs.</summary>
    private static IEnumerable<string> Unread(NodeRules rules, string name) => rules.Unread($"of {name}") is { } lines ? [lines] : [];

    private static DifferenceSide? Side(NodeRules rules, IPFamily family, string name, List<string> notes)
    {
        var told = new List<string>();
        // lines that could not be read are told as not proved
        var rulesets = ActingRulesets.Of(rules with { Errors = [] }, family, told);
        if (rulesets.Count == 0)
        {
            notes.Add($"{name} has no {family} rules: everything passes there");
            return null;
        }
        notes.AddRange(told.Select(t => $"{name}: {t}"));
        return new() { Rulesets = rulesets, Sets = [.. rules.Sets.Values], Addresses = rules.Addresses };
    }
}
