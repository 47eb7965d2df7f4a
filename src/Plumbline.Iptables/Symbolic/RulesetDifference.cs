using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

/// <summary>
/// Whether two rulesets of one family mean the same, table by table and hook by hook. Chains whose words are equal, down to all they
/// call, are not looked at; of the rest only the devices that lead there.
/// </summary>
public sealed partial class RulesetDifference
{
    private const int MostDevices = 48;
    private const int MostBoxes = 12;
    private const int MostDifferences = 60;

    private static readonly string[] _tables = ["raw", "mangle", "nat", "filter", "security"];
    private static readonly Hook[] _hooks = [Hook.Prerouting, Hook.Input, Hook.Forward, Hook.Output, Hook.Postrouting];
    private readonly SymbolicEngine _first;
    private readonly SymbolicEngine _second;
    private readonly List<RuleDifference> _differences = [];
    private readonly List<string> _unproved = [];
    private readonly HashSet<string> _changedSets;
    private readonly AnalysisBudget _budget;
    private readonly bool _isOpen;

    /// <summary>The sides have other addresses of their own, so what asks for them may mean something else.</summary>
    private readonly bool _isElsewhere;
    private readonly DifferenceSide _one;
    private readonly DifferenceSide _other;
    private readonly long _end;

    private RulesetDifference(DifferenceSide first, DifferenceSide second, AnalysisBudget budget, bool isOtherOrder)
    {
        (_one, _other, _budget) = (first, second, budget);
        _end = System.Diagnostics.Stopwatch.GetTimestamp()
            + (long)(budget.MaxTime.TotalSeconds * WholeTime * System.Diagnostics.Stopwatch.Frequency);
        var names = DeviceNames.Of(ChainTable.DevicesIn([.. first.Rulesets, .. second.Rulesets]), []);
        _isOpen = names.Count <= MostDevices;
        var space = new PacketSpace(
            first.Rulesets[0].Family, _isOpen ? names : DeviceNames.Of([], []), budget, isOtherOrder);
        _first = new(space, first.Rulesets, first.Sets, first.Addresses, ChainTable.UsesConntrack(first.Rulesets));
        _second = new(space, second.Rulesets, second.Sets, second.Addresses, ChainTable.UsesConntrack(second.Rulesets));
        _isElsewhere = first.Addresses?.Local.SetEquals(second.Addresses?.Local ?? new HashSet<UInt128>()) ?? second.Addresses is not null;
        _changedSets = ChangedSets(first.Sets, second.Sets);
    }

    private PacketSpace Space => _first.Space;

    private BddStore Store => _first.Space.Store;

    /// <summary>Compares two rulesets of one family.</summary>
    public static DifferenceReport Between(
        Ruleset first, IReadOnlyList<AddressSet> firstSets, Ruleset second, IReadOnlyList<AddressSet> secondSets, AnalysisBudget budget) =>
        Between(new() { Rulesets = [first], Sets = firstSets }, new() { Rulesets = [second], Sets = secondSets }, budget);

    /// <summary>Compares all that acts on a family's packets on two nodes, or at two moments.</summary>
    public static DifferenceReport Between(DifferenceSide first, DifferenceSide second, AnalysisBudget budget)
    {
        var question = new RulesetDifference(first, second, budget, isOtherOrder: false);
        question.CompareAll();
        if (question._left.Count > 0)
        {
            var again = new RulesetDifference(first, second, budget, isOtherOrder: true);
            again.CompareAll();
            question = again._left.Count < question._left.Count ? again : question;
        }
        question.SampleLeft();
        return new()
        {
            Differences = question._differences,
            Unproved = question._unproved,
            IsCut = question._differences.Count >= MostDifferences,
        };
    }

    private void CompareAll()
    {
        foreach (var table in _tables)
        {
            foreach (var hook in _hooks)
            {
                Compare(table, hook);
            }
        }
    }

    private void Compare(string table, Hook hook)
    {
        var name = hook.ToString().ToUpperInvariant();
        var (first, second) = (_one.Chains(table, name), _other.Chains(table, name));
        if (first.Count == 0 && second.Count == 0)
        {
            return;
        }
        var points = PointsOf(first, second, table, hook);
        if (points.Count == 0 && Passes(first) == Passes(second))
        {
            return;
        }
        var where = _isOpen ? [Devices.Open(hook)] : points.Select(Devices.At).DefaultIfEmpty(Devices.Open(hook)).ToList();
        foreach (var devices in where)
        {
            if (_differences.Count >= MostDifferences)
            {
                return;
            }
            CompareWithin(table, name, devices);
        }

        static bool Passes(List<(Table Table, Chain Chain)> chains) => chains.TrueForAll(c => c.Chain.Policy != Verdict.Drop);
    }

    /// <summary>Which packets are accepted, and which are changed how: one set for each word, with the rules that do so.</summary>
    private Dictionary<string, int> OutcomeOf(SymbolicEngine engine, string table, string chain, Devices devices, int possible)
    {
        var result = new Dictionary<string, int>(StringComparer.Ordinal) { ["ACCEPT"] = BddStore.True };
        var steps = StepsOf(engine, table, chain);
        for (var i = steps.Count - 1; i >= 0; i--)
        {
            result["ACCEPT"] = WalkerOf(engine, devices, steps[i]).Accepted(steps[i], result["ACCEPT"]);
        }
        if (table == "filter")
        {
            return result;
        }
        foreach (var step in steps)
        {
            foreach (var (label, decided) in Rewrites(WalkerOf(engine, devices, step), step, possible))
            {
                result[label] = Store.Or(result.GetValueOrDefault(label, BddStore.False), decided.Set);
            }
        }
        return result;
    }

    private static List<(string Label, DecidingRules.Decided By)> Rewrites(ChainWalker walker, SymbolicChain start, int entering)
    {
        var result = new List<(string, DecidingRules.Decided)>();
        walker.Forward(start, entering, (where, rule, set) =>
        {
            var effect = where.Rules![rule].Effect;
            if (effect is Effect.DestinationNat or Effect.SourceNat or Effect.NetworkNat || PacketChange.IsChange(effect))
            {
                result.Add((RulesetRenderer.Save(where.RuleAt(rule).Target!), new(where, rule, set, BddStore.True, true)));
            }
        });
        return result;
    }

    private static List<SymbolicChain> StepsOf(SymbolicEngine engine, string table, string chain)
    {
        var result = new List<SymbolicChain>();
        for (var i = 0; i < engine.Table.Rulesets.Count; i++)
        {
            if (engine.Table.Find(i, table, chain) is { Source.Source.IsShown: true } start)
            {
                result.Add(start);
            }
        }
        return result;
    }

    /// <summary>One for each table, hook and point: what a chain does is worked out once.</summary>
    private ChainWalker WalkerOf(SymbolicEngine engine, Devices devices, SymbolicChain step)
    {
        if (!_walkers.TryGetValue((engine, step.Number), out var walker))
        {
            _walkers[(engine, step.Number)] = walker =
                engine.Walk(devices, SeenFields.From(step.Source.Table, step.Source.Source));
        }
        return walker;
    }

    private readonly Dictionary<(SymbolicEngine Engine, int Chain), ChainWalker> _walkers = [];
}
