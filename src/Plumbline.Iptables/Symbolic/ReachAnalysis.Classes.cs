using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

public sealed partial class ReachAnalysis
{
    /// <summary>
    /// The rules that let packets pass: an ACCEPT, or where that asks nothing of the packet (the end of a Neutron agent's sg-chain) the
    /// RETURN by which it got there.
    /// </summary>
    private List<ReachClass> ClassesOf(PacketPath path, int passed, int may, ReachQuery query)
    {
        var found = new List<DecidingRules.Decided>();
        foreach (var point in path.Points)
        {
            var walker = _engine.Walk(Devices.At(point));
            foreach (var step in _engine.Table.StepsOf(point.Hook))
            {
                if (step.Source.Table.Name == "filter")
                {
                    found.AddRange(DecidingRules.Of(Space, walker, step, AtFilter(path, may)).Where(d => d.Accepts != false));
                }
            }
        }
        var must = Space.Must(passed);
        var freshAtFilter = AtFilter(path, _stated);
        var passing = AtFilter(path, may);
        var result = new List<(double Size, int Shown, ReachClass Class)>();
        foreach (var (chain, rule, set, match, _) in found)
        {
            // the whole rule, where all of it passes: shorter to read than what earlier rules have left of it
            var whole = Store.And(Store.And(match, freshAtFilter), AtFilter(path, SetOf(query)));
            var shown = Store.Minus(whole, passing) == BddStore.False && whole != BddStore.False ? whole : set;
            var isCertain = Store.Minus(set, AtFilter(path, must)) == BddStore.False;
            var examples = Store.And(BackFromFilter(path, set, may), _fresh);
            if (examples == BddStore.False)
            {
                continue; // nothing begins so
            }
            result.Add((Store.Density(shown), shown, new()
            {
                Table = chain.Source.Table.Name,
                Chain = chain.Name,
                Number = rule + 1,
                Rule = rule < 0 ? null : chain.RuleAt(rule),
                Packets = BoxPrinter.Print(Space, shown, MostBoxes),
                Example = _engine.Pick(examples, null, WishesOf(query))!,
                IsCertain = isCertain,
                DependsOn = isCertain ? [] : Space.UnknownsOf(passed),
            }));
        }
        result.Sort((a, b) => b.Size.CompareTo(a.Size));
        var covered = BddStore.False;
        var classes = new List<ReachClass>();
        foreach (var (_, shown, reached) in result)
        {
            if (Store.Minus(shown, covered) != BddStore.False)
            {
                covered = Store.Or(covered, shown);
                classes.Add(reached);
            }
        }
        return classes;
    }

    /// <summary>The set as the filter table sees it: what the raw table exempted from conntrack is UNTRACKED there.</summary>
    private int AtFilter(PacketPath path, int set)
    {
        var exempt = ExemptOn(path);
        return exempt == BddStore.False ? set : Store.Or(
            Store.Minus(set, exempt),
            Store.And(Space.Exists(Store.And(set, exempt), Field.State), Space.State(SymbolicState.Untracked)));
    }

    private int BackFromFilter(PacketPath path, int set, int may)
    {
        var exempt = ExemptOn(path);
        return Store.And(may, exempt == BddStore.False ? set
            : Store.Ite(exempt, Space.Exists(set, Field.State), set));
    }

    private int ExemptOn(PacketPath path)
    {
        if (_exempt is { } known && known.Path == path)
        {
            return known.Set;
        }
        var result = BddStore.False;
        var walker = _engine.Walk(Devices.At(path.Points[0]));
        foreach (var step in _engine.Table.StepsOf(path.Points[0].Hook))
        {
            if (step.IsRaw)
            {
                result = Store.Or(result, Space.Fix(walker.Accepted(step, Space.Is(Field.Template, 2)), Field.Template, 0));
            }
        }
        result = Space.May(result);
        _exempt = (path, result);
        return result;
    }

    private (PacketPath Path, int Set)? _exempt;
}
