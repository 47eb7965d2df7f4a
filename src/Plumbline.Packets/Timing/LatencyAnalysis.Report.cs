namespace Plumbline.Packets.Timing;

/// <summary>Ways, flows that vanish, clocks that disagree.</summary>
internal sealed partial class LatencyAnalysis
{
    private const int MostVanished = 200;

    private WayReport Report(WayCollector way)
    {
        var roots = Roots(way);
        var (first, last) = Ends(roots.MaxBy(r => StateOf(r).Count), way);
        return new()
        {
            Hops = way.Hops,
            Flows = roots.Count,
            Packets = way.Packets,
            Example = table.Flows[first],
            ExampleAtEnd = table.Flows[last],
            Legs = [.. way.Legs.Select(Report)],
            Whole = Report(way.Whole),
        };
    }

    private LegReport Report(LegCollector leg) => LegBuilder.Build(leg, _options.Bins, FileTimes(), TimesOf(leg.To)) with
    {
        CaptureDropped = _interfaces[leg.To].Statistics?.Dropped,
        SharesClock = _interfaces[leg.From].Section == _interfaces[leg.To].Section,
    };

    /// <summary>Its flows, each class once: some were joined later.</summary>
    private HashSet<int> Roots(WayCollector way) => [.. way.Classes.Select(_joined.RootOf)];

    /// <summary>The class's flow at the way's first and at its last hop.</summary>
    private (int First, int Last) Ends(int root, WayCollector way)
    {
        var flows = StateOf(root).Flows;
        var first = flows.FindIndex(f => (_joined.MaskOf(f) >> way.Hops[0] & 1) != 0);
        var last = flows.FindIndex(f => (_joined.MaskOf(f) >> way.Hops[^1] & 1) != 0);
        return (flows[Math.Max(first, 0)], last < 0 ? flows[^1] : flows[last]);
    }

    private List<VanishedFlow> FindVanished(List<WayCollector> ways)
    {
        var found = new List<VanishedFlow>();
        var full = ways.Where(w => w.Hops.Count > 1 && w.Recognised > 0).ToList();
        var sources = full.ConvertAll(w => Roots(w).SelectMany(c => StateOf(c).Flows).Select(f => table.Flows[f].Source).ToHashSet());
        foreach (var (root, flow) in _states)
        {
            if (flow.Hops.Length == 0 || table.Flows[flow.Flows[0]].IsFragment)
            {
                continue;
            }
            if (_options.Way.Count > 0)
            {
                AddOnWay(found, root, flow);
                continue;
            }
            for (var i = 0; i < full.Count; i++)
            {
                var hops = flow.Hops;
                if (full[i].Hops.Count > hops.Length && full[i].Hops.Take(hops.Length).SequenceEqual(hops)
                    && flow.Flows.Exists(f => sources[i].Contains(table.Flows[f].Source)))
                {
                    found.Add(new(table.Flows[flow.Flows[^1]], hops[^1], full[i].Hops[hops.Length], flow.SeenAt(hops[^1]), false));
                    break;
                }
            }
        }
        found.Sort(static (a, b) => b.Packets.CompareTo(a.Packets));
        return found.Count > MostVanished ? found[..MostVanished] : found;
    }

    private void AddOnWay(List<VanishedFlow> found, int root, FlowState flow)
    {
        var last = Array.FindLastIndex(flow.Hops, h => (_joined.MaskOfClass(root) >> h & 1) != 0);
        if (last >= 0 && last < flow.Hops.Length - 1)
        {
            var hop = flow.Hops[last];
            found.Add(new(table.Flows[flow.Flows[^1]], hop, flow.Hops[last + 1], flow.SeenAt(hop), true));
        }
    }

    private List<ClockDoubt> FindDoubts(List<WayCollector> ways)
    {
        var doubts = new Dictionary<(int From, int To), ClockDoubt>();
        foreach (var way in ways)
        {
            foreach (var leg in way.Legs)
            {
                if (leg.Samples.Count == 0 || IsCopy(leg.From) || IsCopy(leg.To) || doubts.ContainsKey((leg.From, leg.To)) || doubts.ContainsKey((leg.To, leg.From)))
                {
                    continue;
                }
                var here = Median(leg);
                var back = ways.FirstOrDefault(w => w.Legs.Any(l => l.Samples.Count > 0 && IsSamePair(l, leg)) && IsReverse(w, way));
                if (back?.Legs.First(l => IsSamePair(l, leg)) is not { } other)
                {
                    if (here < 0)
                    {
                        doubts.Add((leg.From, leg.To), new(leg.From, leg.To, null, null));
                    }
                    continue;
                }
                // as times of `To` minus times of `From`: forward d1 + ahead, back ahead − d2
                var there = other.From == leg.From ? Median(other) : -Median(other);
                if (here < 0 || there > 0)
                {
                    doubts.Add((leg.From, leg.To), new(leg.From, leg.To, (here + there) / 2, Math.Abs(here - there)));
                }
            }
        }
        return [.. doubts.Values];
    }

    private static bool IsSamePair(LegCollector one, LegCollector other) =>
        one.From == other.From && one.To == other.To || one.From == other.To && one.To == other.From;

    /// <summary>Some flow of one is the other direction of some flow of the other.</summary>
    private bool IsReverse(WayCollector one, WayCollector other)
    {
        var classes = Roots(other);
        return Roots(one).Any(c => StateOf(c).Flows.Exists(
            f => table.TryFind(table.Flows[f].Reversed, out var reverse) && classes.Contains(_joined.RootOf(reverse))));
    }

    private static long Median(LegCollector leg)
    {
        var delays = leg.Samples.ConvertAll(static s => s.Delay);
        delays.Sort();
        return delays[delays.Count / 2];
    }
}
