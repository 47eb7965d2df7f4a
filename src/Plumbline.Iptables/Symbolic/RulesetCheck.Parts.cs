using System.Diagnostics;
using System.Globalization;
using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

public sealed partial class RulesetCheck
{
    /// <summary>All base chains and slices together may take so many times what one may.</summary>
    private const int WholeTime = 3;

    private const int MostNamed = 8;

    private readonly List<(SymbolicChain Start, Devices Devices, List<string> Proved)> _left = [];

    /// <summary>At once, or else in parts. False: not all parts were decided, what was left is remembered.</summary>
    /// <param name="start">The base chain.</param>
    /// <param name="devices">Its devices.</param>
    /// <param name="seen">Fields that some rule looks at.</param>
    /// <param name="shared">A walker whose diagrams stay; null: one of its own.</param>
    private bool InParts(SymbolicChain start, Devices devices, SeenFields seen, ChainWalker? shared)
    {
        var remaining = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), _end);
        var budget = remaining < _options.Budget.MaxTime ? _options.Budget with { MaxTime = remaining } : _options.Budget;
        var mark = Store.Mark();
        Store.Allow(budget.Share(0.6));
        try
        {
            See(start, devices, shared ?? _engine.Walk(devices, seen), BddStore.True);
            return true;
        }
        catch (BudgetExceededException)
        {
            Drop();
        }
        finally
        {
            if (shared is null)
            {
                _engine.Encoder.Rewind(mark);
            }
        }
        var (proved, left) = PacketParts.Ask(
            _engine.Encoder, budget.Share(0.4), within => See(start, devices, _engine.Walk(devices, seen), within));
        if (left.Count == 0)
        {
            return true;
        }
        _left.Add((start, devices, proved));
        MarkUnsure(start, []);
        return false;
    }

    /// <summary>Rules that a part of all packets proved to be alive are so. The others are tried packet by packet: a hit is a proof.</summary>
    private void SampleLeft()
    {
        if (_left.Count == 0)
        {
            return;
        }
        var budget = _options.Budget with
        {
            MaxTime = _options.Budget.MaxTime / _left.Count,
            MaxSamples = Math.Max(200, _options.Budget.MaxSamples / _left.Count),
        };
        var run = new SampleRun([_ruleset], _sets, _options.Addresses, budget);
        var counters = new RuleCounters(run.Rules);
        var tried = new int[_left.Count];
        for (var i = 0; i < _left.Count; i++)
        {
            var (start, devices, _) = _left[i];
            IEnumerable<HookPoint> points = devices.Point is { } given ? [given]
                : FinderOf(start.Source.Table, devices.Hook)!.AllPoints().Take(64);
            tried[i] = run.Count(points, counters);
        }
        var hit = new HashSet<(string Table, string Chain, int Number)>();
        for (var rule = 0; rule < run.Rules.RuleCount; rule++)
        {
            if (counters.Packets[rule] > 0)
            {
                var place = run.Rules.PlaceOf(rule);
                hit.Add((place.Table.Name, place.Chain.Name, place.Number));
            }
        }
        for (var i = 0; i < _left.Count; i++)
        {
            var (start, _, proved) = _left[i];
            var chains = new HashSet<int>();
            Reach(start, chains);
            var silent = new List<string>();
            foreach (var number in chains)
            {
                var chain = _engine.Table[number];
                for (var rule = 0; rule < chain.Source.Count; rule++)
                {
                    if ((_states.GetValueOrDefault((number, rule)) & State.Live) == 0
                        && !hit.Contains((chain.Source.Table.Name, chain.Name, rule + 1)))
                    {
                        silent.Add(string.Create(CultureInfo.InvariantCulture, $"{chain.Name} {rule + 1}"));
                    }
                }
            }
            var parts = proved.Count == 0 ? "" : $"proved for {string.Join(", ", proved)}; the rest ";
            var what = silent.Count == 0 ? "every rule took some"
                : string.Create(CultureInfo.InvariantCulture, $"{silent.Count} rules took none: {string.Join(", ", silent.Take(MostNamed))}{(silent.Count > MostNamed ? " …" : "")}");
            _unproved.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{start.Source.Table.Name} {start.Name}: {parts}sampled, not proved ({tried[i]} packets tried, {what})"));
        }
    }

    private void Reach(SymbolicChain chain, HashSet<int> done)
    {
        var open = new Stack<SymbolicChain>([chain]);
        while (open.TryPop(out var next))
        {
            if (!done.Add(next.Number))
            {
                continue;
            }
            foreach (var rule in next.Source.Source.Rules)
            {
                if (rule.Target is JumpTarget jump && _engine.Table.Find(0, next.Source.Table.Name, jump.Chain) is { } callee)
                {
                    open.Push(callee);
                }
            }
        }
    }
}
