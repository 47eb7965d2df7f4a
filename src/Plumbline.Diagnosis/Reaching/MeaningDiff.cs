using Plumbline.Diagnosis.Firewalls;
using Plumbline.Iptables;
using Plumbline.Iptables.Symbolic;

namespace Plumbline.Diagnosis.Reaching;

/// <summary>Two nodes' (or moments') rules by what they do to packets, not by their words.</summary>
/// <param name="Family">IPv4 or IPv6.</param>
/// <param name="Report">How they differ.</param>
public sealed record MeaningDiff(IPFamily Family, DifferenceReport Report)
{
    /// <summary>Compares families that either side has.</summary>
    public static IReadOnlyList<MeaningDiff> Between(NodeRules first, NodeRules second, AnalysisBudget budget)
    {
        var result = new List<MeaningDiff>();
        foreach (var family in new[] { IPFamily.IPv4, IPFamily.IPv6 })
        {
            if (first.Find(family) is null && second.Find(family) is null)
            {
                continue;
            }
            var empty = new Ruleset { Family = family, Tables = [] };
            result.Add(new(family, RulesetDifference.Between(
                first.Find(family) ?? empty, [.. first.Sets.Values], second.Find(family) ?? empty, [.. second.Sets.Values], budget)));
        }
        return result;
    }
}
