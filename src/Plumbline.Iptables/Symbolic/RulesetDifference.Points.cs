using System.Globalization;
using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

public sealed partial class RulesetDifference
{
    /// <summary>Points at which some rule on the way is not the same on both sides.</summary>
    private HashSet<HookPoint> PointsOf(
        List<(Table Table, Chain Chain)> first, List<(Table Table, Chain Chain)> second, string table, Hook hook)
    {
        var points = new HashSet<HookPoint>();
        Add(first, second);
        Add(second, first);
        return points;

        // what one back end has is held against the same place of the other side; where there is none, all of it counts
        void Add(List<(Table Table, Chain Chain)> all, List<(Table Table, Chain Chain)> others)
        {
            for (var i = 0; i < all.Count; i++)
            {
                Collect(new(all[i].Table, all[i].Chain, hook), i < others.Count ? others[i].Table : new() { Name = table, Chains = [] });
            }
        }

        void Collect(SliceFinder finder, Table against)
        {
            foreach (var chain in finder.Reachable)
            {
                var counterpart = against.Find(chain.Name)?.Rules ?? [];
                var (from, end) = Changed(chain.Rules, counterpart);
                for (var i = from; i < end; i++)
                {
                    points.UnionWith(finder.PointsOf(chain, chain.Rules[i]));
                }
                for (var i = 0; i < chain.Rules.Count && (_changedSets.Count > 0 || _isElsewhere); i++)
                {
                    if (chain.Rules[i].Matches.Any(m => m is AddrtypeMatch && _isElsewhere || m is SetMatch set && _changedSets.Contains(set.Name)))
                    {
                        points.UnionWith(finder.PointsOf(chain, chain.Rules[i]));
                    }
                }
            }
        }
    }

    /// <summary>What is left of a chain without the rules that both have at its begin and at its end.</summary>
    private static (int From, int End) Changed(IReadOnlyList<Rule> rules, IReadOnlyList<Rule> others)
    {
        var from = 0;
        while (from < rules.Count && from < others.Count && rules[from].Equals(others[from]))
        {
            from++;
        }
        var same = 0;
        while (same < rules.Count - from && same < others.Count - from && rules[rules.Count - 1 - same].Equals(others[others.Count - 1 - same]))
        {
            same++;
        }
        return (from, rules.Count - same);
    }

    private static HashSet<string> ChangedSets(IReadOnlyList<AddressSet> first, IReadOnlyList<AddressSet> second)
    {
        var result = new HashSet<string>(StringComparer.Ordinal);
        var texts = first.ToDictionary(s => s.Name, TextOf, StringComparer.Ordinal);
        foreach (var set in second)
        {
            if (!texts.Remove(set.Name, out var text) || text != TextOf(set))
            {
                result.Add(set.Name);
            }
        }
        result.UnionWith(texts.Keys);
        return result;

        static string TextOf(AddressSet set) => string.Create(CultureInfo.InvariantCulture,
            $"{set.Type} {set.Options} {string.Join('\n', set.Members.Select(m => m.Text + m.IsNomatch).Order(StringComparer.Ordinal))}");
    }
}
