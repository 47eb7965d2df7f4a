using System.Diagnostics;
using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

public sealed partial class RulesetDifference
{
    /// <summary>All questions together may take so many times what one may.</summary>
    private const int WholeTime = 4;

    private readonly List<(string Table, string Chain, Devices Devices, List<string> Proved)> _left = [];

    /// <summary>At once, or else in parts; what is left then is remembered for samples.</summary>
    private void CompareWithin(string table, string chain, Devices devices)
    {
        var remaining = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), _end);
        var budget = remaining < _budget.MaxTime ? _budget with { MaxTime = remaining } : _budget;
        var before = _differences.Count;
        if (Try(budget.Share(0.5), () => CompareAt(table, chain, devices, BddStore.True)))
        {
            return;
        }
        _differences.RemoveRange(before, _differences.Count - before);
        var (proved, left) = PacketParts.Ask(_first.Encoder, budget.Share(0.5), frame =>
        {
            var found = _differences.Count;
            _second.Encoder.Within = frame;
            _walkers.Clear();
            try
            {
                CompareAt(table, chain, devices, frame);
            }
            catch (BudgetExceededException)
            {
                _differences.RemoveRange(found, _differences.Count - found);
                throw;
            }
            finally
            {
                _second.Encoder.Within = BddStore.True;
                _second.Encoder.Forget(0);
                _walkers.Clear();
            }
        });
        if (left.Count > 0)
        {
            _left.Add((table, chain, devices, proved));
        }
    }

    private bool Try(AnalysisBudget budget, Action question)
    {
        var mark = Store.Mark();
        Store.Allow(budget);
        try
        {
            question();
            return true;
        }
        catch (BudgetExceededException)
        {
            return false;
        }
        finally
        {
            _walkers.Clear();
            _second.Encoder.Forget(mark);
            _first.Encoder.Rewind(mark);
        }
    }

    private void CompareAt(string table, string chain, Devices devices, int frame)
    {
        var possible = Store.And(Space.Possible, new DeviceEncoder(Space, devices).Possible());
        possible = Store.And(Store.And(possible, Space.Is(Field.Template, 0)), frame);
        if (devices.Hook == Hook.Input && Space.Family == IPFamily.IPv4)
        {
            // the node puts fragments together before
            possible = Store.And(possible, Space.Is(Field.LaterFragment, 0));
        }
        var one = OutcomeOf(_first, table, chain, devices, possible);
        var other = OutcomeOf(_second, table, chain, devices, possible);
        foreach (var label in one.Keys.Union(other.Keys).ToList())
        {
            var (had, has) = (one.GetValueOrDefault(label, BddStore.False), other.GetValueOrDefault(label, BddStore.False));
            Report(label, Store.And(Store.Minus(had, has), possible), isWithdrawn: true);
            Report(label, Store.And(Store.Minus(has, had), possible), isWithdrawn: false);
        }

        // one difference for each pair of rules that decide
        void Report(string label, int set, bool isWithdrawn)
        {
            if (set == BddStore.False)
            {
                return;
            }
            var firsts = Deciding(_first, table, chain, devices, set, label);
            var seconds = Deciding(_second, table, chain, devices, set, label);
            var rest = set;
            foreach (var (firstBy, firstSet) in firsts)
            {
                foreach (var (secondBy, secondSet) in seconds)
                {
                    var both = Store.And(rest, Store.And(firstSet, secondSet));
                    if (both != BddStore.False && _differences.Count < MostDifferences)
                    {
                        Add(label, both, isWithdrawn, firstBy, secondBy);
                        rest = Store.Minus(rest, both);
                    }
                }
            }
            if (rest != BddStore.False && _differences.Count < MostDifferences)
            {
                Add(label, rest, isWithdrawn, null, null);
            }
        }

        void Add(string label, int set, bool isWithdrawn, DecidingRule? firstBy, DecidingRule? secondBy)
        {
            // a free bit decides alike in both, so a difference for one of its values is one
            var plausible = Store.And(set, FreshPackets.Of(Space));
            var example = _first.Pick(
                plausible == BddStore.False ? set : plausible, devices.Point is null ? devices.Hook : null,
                [WholeHook(devices), .. FreshPackets.Wishes(Space), Bridge(devices)])!;
            _differences.Add(new()
            {
                Table = table,
                Chain = chain,
                First = isWithdrawn ? label : Instead(one, label),
                Second = isWithdrawn ? Instead(other, label) : label,
                FirstBy = firstBy,
                SecondBy = secondBy,
                IsWithdrawn = isWithdrawn,
                Packets = BoxPrinter.Print(Space, set, MostBoxes),
                Example = devices.Point is { } point ? example with { Point = point } : example,
                IsCertain = Space.Must(set) == set,
            });
        }
    }

    private static string Instead(Dictionary<string, int> outcomes, string label) =>
        label == "ACCEPT" ? "DROP" : outcomes.Count > 1 ? "something else" : "nothing of the kind";

    /// <summary>Which rules decide these packets on one side; of a rewrite the rules that do it, and one null entry for who does not.</summary>
    private List<(DecidingRule? By, int Set)> Deciding(
        SymbolicEngine engine, string table, string chain, Devices devices, int set, string label)
    {
        var result = new List<(DecidingRule?, int)>();
        var rest = set;
        var steps = StepsOf(engine, table, chain);
        for (var i = 0; i < steps.Count && rest != BddStore.False; i++)
        {
            var walker = WalkerOf(engine, devices, steps[i]);
            if (label != "ACCEPT")
            {
                foreach (var (_, decided) in Rewrites(walker, steps[i], rest).Where(r => r.Label == label))
                {
                    result.Add((decided.ToRule(), decided.Set));
                    rest = Store.Minus(rest, decided.Set);
                }
                continue;
            }
            foreach (var decided in DecidingRules.Of(Space, walker, steps[i], rest))
            {
                // an ACCEPT of the first back end is not the last word where there is a second
                if (decided.Accepts == false || i == steps.Count - 1)
                {
                    result.Add((decided.ToRule(), decided.Set));
                    rest = Store.Minus(rest, decided.Set);
                }
            }
        }
        if (rest != BddStore.False)
        {
            result.Add((null, rest));
        }
        return result;
    }

    /// <summary>Packets whose fate at the whole hook differs, so that what other tables do there does not hide the difference.</summary>
    private int WholeHook(Devices devices)
    {
        var point = devices.Point ?? new HookPoint(devices.Hook, null, null);
        try
        {
            var passes = _first.BeforeHook(point, BddStore.True, _first.Walk(devices));
            var others = _second.BeforeHook(point, BddStore.True, _second.Walk(devices));
            return Store.Xor(Space.May(passes), Space.May(others));
        }
        catch (BudgetExceededException)
        {
            return BddStore.True;
        }
    }

    /// <summary>Devices that go together: a bridged packet is on one bridge, one that leaves a bridge goes out elsewhere.</summary>
    private int Bridge(Devices devices)
    {
        if (devices.Point is not null || devices.Hook != Hook.Forward)
        {
            return BddStore.True;
        }
        var same = BddStore.False;
        for (var i = 0; i < Space.Devices.Count; i++)
        {
            same = Store.Or(same, Store.And(Space.Is(Field.In, i), Space.Is(Field.Out, i)));
        }
        var isBridged = Space.Is(Field.PhysicalIn, 0) ^ 1;
        return Store.Ite(isBridged, Store.Ite(Space.Is(Field.PhysicalOut, 0), same ^ 1, same), BddStore.True);
    }
}
