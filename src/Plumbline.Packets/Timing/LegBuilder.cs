namespace Plumbline.Packets.Timing;

/// <summary>From what was gathered to figures.</summary>
internal static class LegBuilder
{
    private const int SpikeFactor = 10;
    private const long SpikeLeast = 200_000;
    private const long SpikeGap = 100_000_000;
    private const int MostSpikes = 50;
    private const long GraceLeast = 10_000_000;
    private const long GraceMost = 2_000_000_000;

    /// <summary>A leg's report.</summary>
    /// <param name="leg">What was gathered.</param>
    /// <param name="bins">Points of the time line.</param>
    /// <param name="file">First and last time of the file.</param>
    /// <param name="arrivals">First and last time that the hop at the leg's end captured.</param>
    public static LegReport Build(LegCollector leg, int bins, (long Start, long End) file, (long Start, long End) arrivals)
    {
        var samples = leg.Samples;
        samples.Sort(static (a, b) => a.LeftAt.CompareTo(b.LeftAt));
        var sorted = new long[samples.Count];
        for (var i = 0; i < sorted.Length; i++)
        {
            sorted[i] = samples[i].Delay;
        }
        var effective = Effective(sorted);
        Array.Sort(sorted);
        var grace = sorted.Length == 0 ? GraceLeast : Math.Clamp(sorted[^1] * 2, GraceLeast, GraceMost);
        var lost = leg.Missing.Where(t => t >= arrivals.Start && t + grace <= arrivals.End).Order().ToList();
        return new()
        {
            From = leg.From,
            To = leg.To,
            Left = leg.Left,
            Delay = sorted.Length == 0 ? null : Summarize(sorted, leg, effective),
            Lost = lost.Count,
            Undecided = leg.Missing.Count - lost.Count,
            Unseen = leg.Unseen,
            Appeared = leg.Appeared,
            Ambiguous = leg.Ambiguous,
            Reordered = leg.Reordered,
            Bins = TimeLine(samples, lost, bins, file),
            Spikes = sorted.Length == 0 ? [] : FindSpikes(samples, Rank(sorted, 0.5)),
        };
    }

    /// <summary>Nearest rank.</summary>
    public static long Rank(ReadOnlySpan<long> sorted, double part) =>
        sorted[Math.Clamp((int)Math.Ceiling(part * sorted.Length) - 1, 0, sorted.Length - 1)];

    private static DelayStatistics Summarize(long[] sorted, LegCollector leg, double effective)
    {
        var histogram = new DelayHistogram();
        var sum = 0.0;
        var negative = 0;
        foreach (var delay in sorted)
        {
            histogram.Add(delay);
            sum += delay;
            negative += delay < 0 ? 1 : 0;
        }
        return new()
        {
            Samples = sorted.Length,
            Least = sorted[0],
            P50 = Rank(sorted, 0.5),
            P90 = Rank(sorted, 0.9),
            P99 = sorted.Length >= 100 ? Rank(sorted, 0.99) : null,
            Greatest = sorted[^1],
            Mean = sum / sorted.Length,
            Jitter = leg.Variations > 0 ? leg.Variation / leg.Variations : null,
            Negative = negative,
            EffectiveSamples = effective,
            Histogram = histogram,
        };
    }

    /// <summary>n (1 − ρ) / (1 + ρ), ρ the correlation of ranks' stand-in, delays cut at ten times the mean, with their predecessors.</summary>
    private static double Effective(long[] inTime)
    {
        if (inTime.Length < 3)
        {
            return inTime.Length;
        }
        var limit = 0.0;
        foreach (var delay in inTime)
        {
            limit += Math.Abs((double)delay);
        }
        limit = limit / inTime.Length * 10;
        var mean = 0.0;
        foreach (var delay in inTime)
        {
            mean += Math.Min(delay, limit);
        }
        mean /= inTime.Length;
        var (product, square) = (0.0, 0.0);
        for (var i = 0; i < inTime.Length; i++)
        {
            var here = Math.Min(inTime[i], limit) - mean;
            square += here * here;
            product += i > 0 ? here * (Math.Min(inTime[i - 1], limit) - mean) : 0;
        }
        var correlation = square > 0 ? Math.Clamp(product / square, 0, 0.999) : 0;
        return Math.Max(inTime.Length * (1 - correlation) / (1 + correlation), 1);
    }

    private static DelayBin[] TimeLine(List<DelaySample> samples, List<long> lost, int bins, (long Start, long End) file)
    {
        var line = new DelayBin[bins];
        var width = Math.Max((file.End - file.Start) / bins + 1, 1);
        var (sample, loss) = (0, 0);
        var delays = new List<long>();
        for (var bin = 0; bin < bins; bin++)
        {
            var end = file.Start + (bin + 1) * width;
            delays.Clear();
            while (sample < samples.Count && samples[sample].LeftAt < end)
            {
                delays.Add(samples[sample++].Delay);
            }
            var firstLoss = loss;
            while (loss < lost.Count && lost[loss] < end)
            {
                loss++;
            }
            delays.Sort();
            var sorted = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(delays);
            line[bin] = sorted.IsEmpty
                ? new(0, null, null, null, loss - firstLoss)
                : new(sorted.Length, Rank(sorted, 0.5), Rank(sorted, 0.99), sorted[^1], loss - firstLoss);
        }
        return line;
    }

    private static List<DelaySpike> FindSpikes(List<DelaySample> samples, long median)
    {
        var spikes = new List<DelaySpike>();
        var limit = Math.Max(median * SpikeFactor, median + SpikeLeast);
        foreach (var (leftAt, delay) in samples)
        {
            if (delay <= limit)
            {
                continue;
            }
            if (spikes.Count > 0 && leftAt - spikes[^1].EndNanoseconds <= SpikeGap)
            {
                var last = spikes[^1];
                spikes[^1] = last with { EndNanoseconds = leftAt, Packets = last.Packets + 1, Greatest = Math.Max(last.Greatest, delay) };
            }
            else
            {
                spikes.Add(new(leftAt, leftAt, 1, delay));
            }
        }
        if (spikes.Count > MostSpikes)
        {
            spikes.Sort(static (a, b) => b.Greatest.CompareTo(a.Greatest));
            spikes.RemoveRange(MostSpikes, spikes.Count - MostSpikes);
            spikes.Sort(static (a, b) => a.StartNanoseconds.CompareTo(b.StartNanoseconds));
        }
        return spikes;
    }
}
