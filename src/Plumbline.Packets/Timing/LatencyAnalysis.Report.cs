using Plumbline.Packets.Pcapng;

namespace Plumbline.Packets.Timing;

/// <summary>Ways, flows that vanish.</summary>
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
        SharesClock = SharesClock(_interfaces[leg.From], _interfaces[leg.To]),
    };

    /// <summary>By what the file says of its clocks (mergecap puts captures of many machines into one section), else by its parts.</summary>
    private static bool SharesClock(CapturedInterface one, CapturedInterface other) => (one.Hop?.Clock, other.Hop?.Clock) switch
    {
        (null, null) => one.Section == other.Section,
        var (first, second) => first == second,
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
}
