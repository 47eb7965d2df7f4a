using System.Globalization;
using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

/// <summary>
/// Whether two rulesets of one family mean the same, table by table and hook by hook. Chains whose words are equal, down to all they
/// call, are not looked at; of the rest only the devices that lead there.
/// </summary>
public sealed class RulesetDifference
{
    private const int MostDevices = 48;
    private const int MostBoxes = 12;
    private const int MostDifferences = 60;

    private static readonly string[] _tables = ["raw", "mangle", "nat", "filter", "security"];
    private readonly SymbolicEngine _first;
    private readonly SymbolicEngine _second;
    private readonly List<RuleDifference> _differences = [];
    private readonly List<string> _unproved = [];
    private readonly HashSet<string> _changedSets;
    private readonly AnalysisBudget _budget;
    private readonly bool _isOpen;
    private readonly Ruleset _one;
    private readonly Ruleset _other;

    private RulesetDifference(
        Ruleset first, IReadOnlyList<AddressSet> firstSets, Ruleset second, IReadOnlyList<AddressSet> secondSets, AnalysisBudget budget)
    {
        (_one, _other, _budget) = (first, second, budget);
        var names = DeviceNames.Of(ChainTable.DevicesIn([first, second]), []);
        _isOpen = names.Count <= MostDevices;
        var space = new PacketSpace(first.Family, _isOpen ? names : DeviceNames.Of([], []), budget);
        var isReassembled = ChainTable.UsesConntrack([first]);
        _first = new(space, [first], firstSets, null, isReassembled);
        _second = new(space, [second], secondSets, null, ChainTable.UsesConntrack([second]));
        _changedSets = ChangedSets(firstSets, secondSets);
    }

    private PacketSpace Space => _first.Space;

    private BddStore Store => _first.Space.Store;

    /// <summary>Compares two rulesets of one family.</summary>
    public static DifferenceReport Between(
        Ruleset first, IReadOnlyList<AddressSet> firstSets, Ruleset second, IReadOnlyList<AddressSet> secondSets, AnalysisBudget budget)
    {
        var question = new RulesetDifference(first, firstSets, second, secondSets, budget);
        foreach (var table in _tables)
        {
            foreach (var hook in Enum.GetValues<Hook>())
            {
                question.Compare(table, hook);
            }
        }
        return new()
        {
            Differences = question._differences,
            Unproved = question._unproved,
            IsCut = question._differences.Count >= MostDifferences,
        };
    }

    private void Compare(string table, Hook hook)
    {
        var name = hook.ToString().ToUpperInvariant();
        var (one, other) = (_one.Find(table), _other.Find(table));
        var (first, second) = (one?.Find(name), other?.Find(name));
        if (first is null && second is null)
        {
            return;
        }
        // a table that is not there lets everything pass
        one ??= new() { Name = table, Chains = [] };
        other ??= new() { Name = table, Chains = [] };
        first ??= new() { Name = name, Policy = Verdict.Accept };
        second ??= new() { Name = name, Policy = Verdict.Accept };
        var points = PointsOf(one, first, other, second, hook);
        if (points.Count == 0 && (first.Policy ?? Verdict.Accept) == (second.Policy ?? Verdict.Accept))
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
            var mark = Store.Mark();
            Store.Allow(_budget);
            try
            {
                CompareAt(table, name, devices, SeenFields.From(one, first), SeenFields.From(other, second));
            }
            catch (BudgetExceededException exception)
            {
                _unproved.Add($"{table} {name}: {exception.Message}");
                if (_unproved.Count > 8)
                {
                    return;
                }
            }
            finally
            {
                _second.Encoder.Forget(mark);
                _first.Encoder.Rewind(mark);
            }
        }
    }

    private void CompareAt(string table, string chain, Devices devices, SeenFields firstSeen, SeenFields secondSeen)
    {
        var one = Outcome(_first, table, chain, devices, firstSeen);
        var other = Outcome(_second, table, chain, devices, secondSeen);
        var possible = Store.And(Space.Possible, new DeviceEncoder(Space, devices).Possible());
        possible = Store.And(possible, Space.Is(Field.Template, 0));
        foreach (var label in one.Keys.Union(other.Keys).ToList())
        {
            var (had, has) = (one.GetValueOrDefault(label, BddStore.False), other.GetValueOrDefault(label, BddStore.False));
            Report(label, Store.And(Store.Minus(had, has), possible), isWithdrawn: true);
            Report(label, Store.And(Store.Minus(has, had), possible), isWithdrawn: false);
        }

        void Report(string label, int set, bool isWithdrawn)
        {
            if (set == BddStore.False || _differences.Count >= MostDifferences)
            {
                return;
            }
            // a free bit decides alike in both, so a difference for one of its values is one
            var plausible = Store.And(set, FreshPackets.Of(Space));
            var example = _first.Pick(plausible == BddStore.False ? set : plausible, devices.Point is null ? devices.Hook : null,
                FreshPackets.Wishes(Space))!;
            example = devices.Point is { } point ? example with { Point = point } : example;
            _differences.Add(new()
            {
                Table = table,
                Chain = chain,
                First = isWithdrawn ? label : Instead(one, label),
                Second = isWithdrawn ? Instead(other, label) : label,
                IsWithdrawn = isWithdrawn,
                Packets = BoxPrinter.Print(Space, set, MostBoxes),
                Example = example,
                IsCertain = Space.Must(set) == set,
            });
        }
    }

    private static string Instead(Dictionary<string, int> outcomes, string label) =>
        label == "ACCEPT" ? "DROP" : outcomes.Count > 1 ? "something else" : "nothing of the kind";

    /// <summary>Which packets are accepted, and which are changed how: one set for each word.</summary>
    private Dictionary<string, int> Outcome(SymbolicEngine engine, string table, string chain, Devices devices, SeenFields seen)
    {
        var result = new Dictionary<string, int>(StringComparer.Ordinal);
        if (engine.Table.Find(0, table, chain) is not { } start)
        {
            result["ACCEPT"] = BddStore.True;
            return result;
        }
        var walker = engine.Walk(devices, seen);
        result["ACCEPT"] = walker.Accepted(start, BddStore.True);
        if (table == "filter")
        {
            return result;
        }
        walker.Forward(start, Space.Possible, (where, rule, set) =>
        {
            var effect = where.Rules![rule].Effect;
            if (effect is Effect.DestinationNat or Effect.SourceNat || PacketChange.IsChange(effect))
            {
                var label = RulesetRenderer.Save(where.RuleAt(rule).Target!);
                result[label] = Store.Or(result.GetValueOrDefault(label, BddStore.False), set);
            }
        });
        return result;
    }

    /// <summary>Points at which some rule on the way is not the same on both sides.</summary>
    private HashSet<HookPoint> PointsOf(Table one, Chain first, Table other, Chain second, Hook hook)
    {
        var points = new HashSet<HookPoint>();
        Add(new(one, first, hook), other);
        Add(new(other, second, hook), one);
        return points;

        void Add(SliceFinder finder, Table against)
        {
            foreach (var chain in finder.Reachable)
            {
                var counterpart = against.Find(chain.Name)?.Rules ?? [];
                var (from, end) = Changed(chain.Rules, counterpart);
                for (var i = from; i < end; i++)
                {
                    points.UnionWith(finder.PointsOf(chain, chain.Rules[i]));
                }
                for (var i = 0; i < chain.Rules.Count; i++)
                {
                    if (chain.Rules[i].Matches.Any(m => m is SetMatch set && _changedSets.Contains(set.Name)))
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
