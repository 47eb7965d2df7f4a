using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Firewalls;

/// <summary>
/// A family's chains at one moment, put together from a text. A text that shows a chain again, differently, has reached a later moment;
/// what it does not show again stays as it was.
/// </summary>
public sealed record RulesetState
{
    /// <summary>iptables or ip6tables.</summary>
    public required IPFamily Family { get; init; }

    /// <summary>Tables by name with their chains by name, in the order of the text.</summary>
    public required IReadOnlyList<Table> Tables { get; init; }

    /// <summary>Chains that differ from the state before; empty for the first one.</summary>
    public IReadOnlyList<Chain> Changed { get; init; } = [];

    /// <summary>Interfaces are not shown.</summary>
    public bool LacksInterfaces { get; init; }

    /// <summary>The table; null where not shown.</summary>
    public Table? Find(string table) => Tables.FirstOrDefault(t => t.Name == table);

    /// <summary>The chain; null where neither shown nor named.</summary>
    public Chain? Find(string table, string chain) => Find(table)?.Find(chain);

    /// <summary>The states of one family, in the order of the text.</summary>
    public static IReadOnlyList<RulesetState> Of(IEnumerable<Ruleset> rulesets, IPFamily family)
    {
        var drafts = new List<Draft> { new() };
        foreach (var ruleset in rulesets.Where(r => r.Family == family))
        {
            var current = drafts[^1];
            current.LacksInterfaces |= ruleset.Form == RulesetForm.ListWithoutInterfaces;
            var end = int.MinValue;
            foreach (var table in ruleset.Tables)
            {
                foreach (var chain in table.Chains)
                {
                    var isNext = chain.Line > 0 && chain.Line - end <= 2;
                    end = EndOf(chain);
                    if (!drafts[^1].TryAdd(table.Name, chain, isNext))
                    {
                        drafts.Add(new(drafts[^1], table.Name, chain));
                    }
                }
            }
        }
        return drafts[0].IsEmpty ? [] : [.. drafts.Select(d => d.ToState(family))];
    }

    private static int EndOf(Chain chain) => chain.Rules.Count > 0 ? Math.Max(chain.Rules[^1].Line, chain.Line) : chain.Line + 1;

    private sealed class Draft
    {
        private readonly List<(string Table, List<Chain> Chains)> _tables = [];
        private readonly List<Chain> _changed = [];

        public Draft()
        {
        }

        public Draft(Draft before, string table, Chain changed)
        {
            _tables.AddRange(before._tables.Select(t => (t.Table, t.Chains.ToList())));
            LacksInterfaces = before.LacksInterfaces;
            Replace(table, changed);
        }

        public bool LacksInterfaces { get; set; }

        public bool IsEmpty => _tables.Count == 0;

        /// <summary>False: the chain is here already, and different, so a new state begins.</summary>
        public bool TryAdd(string table, Chain chain, bool isNext)
        {
            var chains = ChainsOf(table);
            var at = chains.FindIndex(c => c.Name == chain.Name);
            if (at < 0)
            {
                chains.Add(chain);
                return true;
            }
            if (!chain.IsShown || (chains[at].IsShown && Same(chains[at], chain)))
            {
                return true;
            }
            if (!chains[at].IsShown)
            {
                chains[at] = chain;
                return true;
            }
            // a dump that goes on without a break shows one moment
            if (_changed.Count > 0 && isNext && !_changed.Exists(c => c.Name == chain.Name))
            {
                Replace(table, chain);
                return true;
            }
            return false;
        }

        public RulesetState ToState(IPFamily family) => new()
        {
            Family = family,
            Tables = [.. _tables.Select(t => new Table { Name = t.Table, Chains = t.Chains })],
            Changed = _changed,
            LacksInterfaces = LacksInterfaces,
        };

        private void Replace(string table, Chain chain)
        {
            var chains = ChainsOf(table);
            chains[chains.FindIndex(c => c.Name == chain.Name)] = chain;
            _changed.Add(chain);
        }

        private List<Chain> ChainsOf(string table)
        {
            foreach (var (name, chains) in _tables)
            {
                if (name == table)
                {
                    return chains;
                }
            }
            _tables.Add((table, []));
            return _tables[^1].Chains;
        }

        private static bool Same(Chain one, Chain other)
        {
            for (var i = 0; i < one.Rules.Count && i < other.Rules.Count; i++)
            {
                if (!RuleEquality.SameButComment(one.Rules[i], other.Rules[i]))
                {
                    return false;
                }
            }
            return one.Rules.Count == other.Rules.Count;
        }
    }
}
