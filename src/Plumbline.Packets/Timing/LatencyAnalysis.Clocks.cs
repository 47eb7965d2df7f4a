namespace Plumbline.Packets.Timing;

/// <summary>Clocks that disagree, or were set while the capture went on.</summary>
internal sealed partial class LatencyAnalysis
{
    private const int StepPieces = 20;
    private const long StepLeast = 100_000;

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
                    if (here < 0 || IsOftenNegative(leg))
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
                else if (FindStep(leg, other, other.From == leg.From) is { } step)
                {
                    doubts.Add((leg.From, leg.To), new(leg.From, leg.To, null, null) { Moved = step });
                }
            }
        }
        return [.. doubts.Values];
    }

    /// <summary>More than a stamp or two that came late: a clock that was set meanwhile.</summary>
    private static bool IsOftenNegative(LegCollector leg) => leg.Negative * 20 > leg.Histogram.Total && leg.Least < -StepLeast;

    /// <summary>
    /// How far one hop's clock moved against the other's during the capture: what one direction gains the other loses at the same time, and
    /// both together stay what they were.
    /// </summary>
    private static long? FindStep(LegCollector forth, LegCollector back, bool isSameOrder)
    {
        var start = Math.Min(forth.Samples[0].LeftAt, back.Samples[0].LeftAt);
        var end = Math.Max(forth.Samples[^1].LeftAt, back.Samples[^1].LeftAt);
        var (one, other) = (Medians(forth, start, end, 1), Medians(back, start, end, isSameOrder ? -1 : 1));
        var both = Enumerable.Range(0, StepPieces).Where(i => one[i] is not null && other[i] is not null)
            .Select(i => (Difference: (one[i]!.Value - other[i]!.Value) / 2, Sum: one[i]!.Value + other[i]!.Value)).ToList();
        if (both.Count < StepPieces / 2)
        {
            return null;
        }
        var (least, most) = (both.MinBy(b => b.Difference), both.MaxBy(b => b.Difference));
        var moved = most.Difference - least.Difference;
        var usual = both.Zip(both.Skip(1), static (a, b) => Math.Abs(b.Difference - a.Difference)).Order().ElementAt((both.Count - 1) / 2);
        var sums = both.Select(static b => b.Sum).Order().ToList();
        // a way that became slower in one direction changes the sum by twice what it changes the difference
        return moved >= StepLeast && moved >= usual * 4 && sums[^1] - sums[0] <= moved / 2 ? moved : null;
    }

    /// <summary>Of each piece of the time; null with too few packets.</summary>
    private static long?[] Medians(LegCollector leg, long start, long end, int sign)
    {
        var pieces = new List<long>[StepPieces];
        var width = (end - start) / StepPieces + 1;
        foreach (var sample in leg.Samples)
        {
            (pieces[(int)((sample.LeftAt - start) / width)] ??= []).Add(sample.Delay * sign);
        }
        return Array.ConvertAll(pieces, static delays =>
        {
            delays?.Sort();
            return delays is { Count: >= 5 } ? delays[delays.Count / 2] : (long?)null;
        });
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
