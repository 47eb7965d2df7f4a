namespace Plumbline.Packets.Timing;

/// <summary>Ways, flows that vanish, clocks that disagree.</summary>
internal sealed partial class LatencyAnalysis
{
    private const int MostVanished = 200;

    private WayReport Report(WayCollector way)
    {
        var largest = _classes[way.Classes.MaxBy(c => _classes[c].Count)];
        var (first, last) = Ends(largest, way);
        return new()
        {
            Hops = way.Hops,
            Flows = way.Classes.Count,
            Packets = way.Packets,
            Example = _table.Flows[first],
            ExampleAtEnd = _table.Flows[last],
            Legs = [.. way.Legs.Select(Report)],
            Whole = Report(way.Whole),
        };
    }

    private LegReport Report(LegCollector leg) => LegBuilder.Build(leg, _options.Bins, FileTimes(), TimesOf(leg.To)) with
    {
        CaptureDropped = _interfaces[leg.To].Statistics?.Dropped,
        SharesClock = _interfaces[leg.From].Section == _interfaces[leg.To].Section,
    };

    /// <summary>The class's flow at the way's first and at its last hop.</summary>
    private (int First, int Last) Ends(FlowClass flowClass, WayCollector way)
    {
        if (flowClass.Flows.Count == 1)
        {
            return (flowClass.Flows[0], flowClass.Flows[0]);
        }
        var (first, last) = (-1, -1);
        var packets = _table.Taken;
        foreach (var index in Of(flowClass))
        {
            first = first < 0 && packets[index].Hop == way.Hops[0] ? packets[index].Flow : first;
            last = last < 0 && packets[index].Hop == way.Hops[^1] ? packets[index].Flow : last;
        }
        return (first < 0 ? flowClass.Flows[0] : first, last < 0 ? flowClass.Flows[^1] : last);
    }

    private List<VanishedFlow> FindVanished(List<WayCollector> ways)
    {
        var found = new List<VanishedFlow>();
        var full = ways.Where(w => w.Hops.Count > 1 && w.Recognised > 0).ToList();
        var sources = full.ConvertAll(w => w.Classes.SelectMany(c => _classes[c].Flows).Select(f => _table.Flows[f].Source).ToHashSet());
        foreach (var flowClass in _classes)
        {
            if (flowClass.Hops.Length == 0 || _table.Flows[flowClass.Flows[0]].IsFragment)
            {
                continue;
            }
            if (_options.Way.Count > 0)
            {
                AddOnWay(found, flowClass);
                continue;
            }
            for (var i = 0; i < full.Count; i++)
            {
                var hops = flowClass.Hops;
                if (full[i].Hops.Count > hops.Length && full[i].Hops.Take(hops.Length).SequenceEqual(hops)
                    && flowClass.Flows.Exists(f => sources[i].Contains(_table.Flows[f].Source)))
                {
                    found.Add(new(_table.Flows[flowClass.Flows[^1]], hops[^1], full[i].Hops[hops.Length], Seen(flowClass, hops[^1]), false));
                    break;
                }
            }
        }
        found.Sort(static (a, b) => b.Packets.CompareTo(a.Packets));
        return found.Count > MostVanished ? found[..MostVanished] : found;
    }

    private void AddOnWay(List<VanishedFlow> found, FlowClass flowClass)
    {
        var last = Array.FindLastIndex(flowClass.Hops, h => (flowClass.Mask >> h & 1) != 0);
        if (last >= 0 && last < flowClass.Hops.Length - 1)
        {
            var hop = flowClass.Hops[last];
            found.Add(new(_table.Flows[flowClass.Flows[^1]], hop, flowClass.Hops[last + 1], Seen(flowClass, hop), true));
        }
    }

    private long Seen(FlowClass flowClass, int hop)
    {
        var count = 0;
        var packets = _table.Taken;
        foreach (var index in Of(flowClass))
        {
            count += packets[index].Hop == hop ? 1 : 0;
        }
        return count;
    }

    private List<ClockDoubt> FindDoubts(List<WayCollector> ways, int[] classOf)
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
                var back = ways.FirstOrDefault(w => w.Legs.Any(l => l.Samples.Count > 0 && IsSamePair(l, leg)) && IsReverse(w, way, classOf));
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
                    doubts.Add((leg.From, leg.To), new(leg.From, leg.To, (here + there) / 2, here - there));
                }
            }
        }
        return [.. doubts.Values];
    }

    private static bool IsSamePair(LegCollector one, LegCollector other) =>
        one.From == other.From && one.To == other.To || one.From == other.To && one.To == other.From;

    /// <summary>Some flow of one is the other direction of some flow of the other.</summary>
    private bool IsReverse(WayCollector one, WayCollector other, int[] classOf)
    {
        var classes = other.Classes.ToHashSet();
        return one.Classes.Exists(c => _classes[c].Flows.Exists(
            f => _table.TryFind(_table.Flows[f].Reversed, out var reverse) && classes.Contains(classOf[reverse])));
    }

    private static long Median(LegCollector leg)
    {
        var delays = leg.Samples.ConvertAll(static s => s.Delay);
        delays.Sort();
        return delays[delays.Count / 2];
    }
}
