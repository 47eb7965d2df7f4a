using System.Diagnostics;
using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

public sealed partial class RulesetCheck
{
    private const int MostPairs = 200;
    private const int MostRulesForPairs = 600;

    /// <summary>From what was seen to what is said, rule by rule in the order of the text.</summary>
    private void Judge()
    {
        foreach (var (table, source) in _ruleset.Tables.SelectMany(t => t.Chains.Select(c => (t, c))))
        {
            if (!source.IsShown || _engine.Table.Find(0, table.Name, source.Name) is not { } chain
                || _unsure.Contains(chain.Number) || !_asked.Contains(chain.Number))
            {
                continue;
            }
            var number = chain.Number;
            ChainWalker? made = null;
            Func<ChainWalker?> open = () => _isOpen ? made ??= _engine.Walk(Devices.Open(HookFor(chain)), SeenFields.None) : null;
            var mark = Store.Mark();
            var remaining = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), _end);
            Store.Allow(_options.Budget with { MaxTime = remaining < _options.Budget.MaxTime ? remaining : _options.Budget.MaxTime });
            try
            {
                for (var i = 0; i < chain.Source.Count; i++)
                {
                    if (_states.TryGetValue((number, i), out var state))
                    {
                        Judge(chain, i, state, open);
                    }
                }
                if (_options.Hints && open() is { } walker)
                {
                    AddPairs(chain, walker);
                }
            }
            catch (BudgetExceededException) when (remaining <= TimeSpan.Zero)
            {
                _unproved.Add("the time allowed for all of it is over: why rules are dead was not found for all");
                return;
            }
            catch (BudgetExceededException exception)
            {
                _unproved.Add($"{chain.Source.Table.Name} {chain.Name}: why its rules are dead was not found: {exception.Message}");
            }
            finally
            {
                _engine.Encoder.Rewind(mark);
            }
        }
    }

    private void Judge(SymbolicChain chain, int rule, State state, Func<ChainWalker?> open)
    {
        if ((state & State.Live) == 0)
        {
            var (kind, because) = WhyDead(chain, rule, open());
            Add(chain, rule, kind, because, null);
            return;
        }
        if ((state & State.Needed) == 0)
        {
            Add(chain, rule, RuleFindingKind.Redundant, [], null);
        }
        else if (_engine.Table.Prepare(chain, rule).Effect == Effect.Accept && chain.Source.Table.Name == "filter" && AsksNothing(chain.RuleAt(rule)))
        {
            Add(chain, rule, RuleFindingKind.AcceptsEverything, [], null);
        }
        else if (_options.Hints && chain.RuleAt(rule).Counters is { Packets: 0 } && chain.RuleAt(rule).Target is not null)
        {
            Add(chain, rule, RuleFindingKind.NotSeen, [], null);
        }
    }

    private static bool AsksNothing(Rule rule)
    {
        foreach (var match in rule.Matches)
        {
            if (match is not CommentMatch)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>
    /// The fewest rules of its own chain that take all its packets; where they don't, callers send none. Devices that are not open are
    /// taken as the rule names them.
    /// </summary>
    private (RuleFindingKind Kind, IReadOnlyList<int> Because) WhyDead(SymbolicChain chain, int rule, ChainWalker? open)
    {
        var walker = open;
        if (walker is null)
        {
            var hook = HookFor(chain);
            var point = FinderOf(chain.Source.Table, hook)?.PointsOf(chain.Source.Source, chain.RuleAt(rule))
                .FirstOrDefault();
            walker = _engine.Walk(point is null ? Devices.Open(hook) : Devices.At(point), SeenFields.None);
        }
        var match = Store.And(walker.MatchOf(chain, rule), Store.And(Space.Possible, walker.Possible));
        if (match == BddStore.False)
        {
            return (RuleFindingKind.NeverMatching, []);
        }
        var before = new List<(int Rule, int Taken)>();
        var union = BddStore.False;
        foreach (var earlier in walker.RulesOf(chain))
        {
            if (earlier.Rule >= rule)
            {
                break;
            }
            var taken = Store.And(match, walker.TakenForGood(chain, earlier));
            if (taken != BddStore.False)
            {
                before.Add((earlier.Rule, taken));
                union = Store.Or(union, taken);
            }
        }
        if (union != match)
        {
            return (RuleFindingKind.NeverMatching, []);
        }
        // the largest first, each only if it adds something; then without those that the rest makes needless
        before.Sort((a, b) => Store.Density(b.Taken).CompareTo(Store.Density(a.Taken)));
        var covered = BddStore.False;
        var chosen = new List<(int Rule, int Taken)>();
        foreach (var one in before)
        {
            if (Store.Minus(one.Taken, covered) != BddStore.False)
            {
                chosen.Add(one);
                covered = Store.Or(covered, one.Taken);
            }
            if (covered == match)
            {
                break;
            }
        }
        for (var i = chosen.Count - 1; i >= 0 && chosen.Count > 1; i--)
        {
            var others = Store.OrAll(chosen.Where((_, k) => k != i).Select(c => c.Taken).ToArray());
            if (others == match)
            {
                chosen.RemoveAt(i);
            }
        }
        var isSame = chosen.TrueForAll(c => Equals(chain.RuleAt(c.Rule).Target, chain.RuleAt(rule).Target));
        return (isSame ? RuleFindingKind.Redundant : RuleFindingKind.Shadowed, [.. chosen.Select(c => c.Rule + 1).Order()]);
    }

    /// <summary>Pairs of rules that end the walk differently and share packets (Al-Shaer and Hamed, 2003).</summary>
    private void AddPairs(SymbolicChain chain, ChainWalker walker)
    {
        var rules = walker.RulesOf(chain);
        if (rules.Length > MostRulesForPairs)
        {
            _unproved.Add($"{chain.Source.Table.Name} {chain.Name}: pairs of its {rules.Length} rules were not compared");
            return;
        }
        var found = 0;
        for (var k = 1; k < rules.Length && found < MostPairs; k++)
        {
            for (var i = 0; i < k && found < MostPairs; i++)
            {
                Effect one = chain.Rules![rules[i].Rule].Effect, other = chain.Rules[rules[k].Rule].Effect;
                if (one == other || one is not (Effect.Accept or Effect.Drop) || other is not (Effect.Accept or Effect.Drop))
                {
                    continue;
                }
                int earlier = rules[i].Match, later = rules[k].Match;
                var both = Store.And(Store.And(earlier, later), Space.Possible);
                if (both == BddStore.False || later == BddStore.True || Store.Minus(later, earlier) == BddStore.False)
                {
                    continue;
                }
                var kind = Store.Minus(earlier, later) == BddStore.False ? RuleFindingKind.Generalising : RuleFindingKind.Correlated;
                Add(chain, rules[k].Rule, kind, [rules[i].Rule + 1], _engine.Pick(both, HookFor(chain), FreshPackets.Wishes(Space)));
                found++;
            }
        }
    }

    private void Add(SymbolicChain chain, int rule, RuleFindingKind kind, IReadOnlyList<int> because, SymbolicPacket? witness) => _findings.Add(new()
    {
        Kind = kind,
        Table = chain.Source.Table.Name,
        Chain = chain.Name,
        Number = rule + 1,
        Rule = chain.RuleAt(rule),
        Because = because,
        Witness = witness,
        IsProved = _isOpen,
    });

    /// <summary>A hook that leads to the chain; FORWARD where several do.</summary>
    private Hook HookFor(SymbolicChain chain)
    {
        if (ChainTable.HookOf(chain.Name) is { } own)
        {
            return own;
        }
        if (_hooks is null)
        {
            _hooks = [];
            foreach (var table in _ruleset.Tables)
            {
                foreach (var start in table.Chains)
                {
                    if (ChainTable.HookOf(start.Name) is { } hook)
                    {
                        foreach (var reached in new SliceFinder(table, start, hook).Reachable)
                        {
                            if (hook == Hook.Forward || !_hooks.ContainsKey((table.Name, reached.Name)))
                            {
                                _hooks[(table.Name, reached.Name)] = hook;
                            }
                        }
                    }
                }
            }
        }
        return _hooks.GetValueOrDefault((chain.Source.Table.Name, chain.Name), Hook.Forward);
    }

    private SliceFinder? FinderOf(Table table, Hook hook)
    {
        if (!_finders.TryGetValue((table.Name, hook), out var finder) && table.Find(hook.ToString().ToUpperInvariant()) is { } start)
        {
            _finders[(table.Name, hook)] = finder = new(table, start, hook);
        }
        return finder;
    }

    private readonly Dictionary<(string Table, Hook Hook), SliceFinder> _finders = [];

    private Dictionary<(string Table, string Chain), Hook>? _hooks;
}
