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
        var inTime = (long[])sorted.Clone();
        Array.Sort(sorted);
        var tail = sorted.Length / TailDispersion(inTime, sorted);
        var grace = sorted.Length == 0 ? GraceLeast : Math.Clamp(sorted[^1] * 2, GraceLeast, GraceMost);
        var lost = leg.Missing.Times.Where(t => t.Time >= arrivals.Start && t.Time + grace <= arrivals.End).Order().ToList();
        var lostPackets = lost.Sum(static t => (long)t.Count);
        return new()
        {
            From = leg.From,
            To = leg.To,
            Left = leg.Left,
            Delay = sorted.Length == 0 ? null : Summarize(sorted, leg, effective, tail),
            Lost = lostPackets,
            Undecided = leg.Missing.Times.Sum(static t => (long)t.Count) - lostPackets,
            Unseen = leg.Unseen,
            Appeared = leg.Appeared,
            Ambiguous = leg.Ambiguous,
            Reordered = leg.Reordered,
            Bins = TimeLine(leg, lost, bins, file),
            Spikes = sorted.Length == 0 ? [] : FindSpikes(samples, leg.Stride == 1 ? Rank(sorted, 0.5) : leg.Histogram.Quantile(0.5)),
        };
    }

    /// <summary>Above it a delay is a spike.</summary>
    public static long SpikeLimit(long median) => Math.Max(median * SpikeFactor, median + SpikeLeast);

    /// <summary>Nearest rank.</summary>
    public static long Rank(ReadOnlySpan<long> sorted, double part) =>
        sorted[Math.Clamp((int)Math.Ceiling(part * sorted.Length) - 1, 0, sorted.Length - 1)];

    private static DelayStatistics Summarize(long[] sorted, LegCollector leg, double effective, double tail)
    {
        // of all where all are at hand, else from bins of less than 1 %
        long At(double part) => leg.Stride == 1 ? Rank(sorted, part) : leg.Histogram.Quantile(part);
        var total = leg.Histogram.Total;
        return new()
        {
            Samples = total,
            Least = leg.Least,
            P50 = At(0.5),
            P90 = At(0.9),
            P99 = total >= 100 ? At(0.99) : null,
            Greatest = leg.Greatest,
            Mean = leg.Sum / total,
            Jitter = leg.Variations > 0 ? leg.Variation / leg.Variations : null,
            Negative = leg.Negative,
            EffectiveSamples = effective,
            EffectiveTail = tail,
            Histogram = leg.Histogram,
        };
    }

    /// <summary>
    /// The lesser of two: n (1 − ρ) / (1 + ρ), ρ the correlation of each with its predecessor, and what slow changes leave. Both of ranks,
    /// as the test that uses it: one burst of spikes says little about the others.
    /// </summary>
    private static double Effective(long[] inTime)
    {
        if (inTime.Length < 3)
        {
            return inTime.Length;
        }
        var ranks = Ranks(inTime);
        var mean = (inTime.Length - 1) / 2.0;
        var (product, square) = (0.0, 0.0);
        for (var i = 0; i < ranks.Length; i++)
        {
            var here = ranks[i] - mean;
            square += here * here;
            product += i > 0 ? here * (ranks[i - 1] - mean) : 0;
        }
        var correlation = square > 0 ? Math.Clamp(product / square, 0, 0.999) : 0;
        return Math.Max(Math.Min(inTime.Length * (1 - correlation) / (1 + correlation), OfBatches(ranks, mean, square)), 1);
    }

    /// <summary>How unevenly the slowest three of a hundred lie in sixty pieces of the run.</summary>
    private static double TailDispersion(long[] inTime, long[] sorted)
    {
        const int pieces = 60;
        if (sorted.Length < pieces)
        {
            return 1;
        }
        var limit = Rank(sorted, 0.97);
        var (all, slow) = (new int[pieces], new int[pieces]);
        for (var i = 0; i < inTime.Length; i++)
        {
            var piece = (int)((long)i * pieces / inTime.Length);
            all[piece]++;
            slow[piece] += inTime[i] > limit ? 1 : 0;
        }
        return Dispersion.Of(all.Select((count, piece) => ((double)count, (double)slow[piece])));
    }

    /// <summary>From 0; equal ones share the mean of their ranks.</summary>
    private static double[] Ranks(long[] values)
    {
        var sorted = (long[])values.Clone();
        var order = new int[values.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }
        Array.Sort(sorted, order);
        var ranks = new double[values.Length];
        for (var start = 0; start < order.Length;)
        {
            var end = start + 1;
            while (end < order.Length && sorted[end] == sorted[start])
            {
                end++;
            }
            for (var i = start; i < end; i++)
            {
                ranks[order[i]] = (start + end - 1) / 2.0;
            }
            start = end;
        }
        return ranks;
    }

    /// <summary>
    /// What slow changes leave of them (a neighbour that is busy for a second): the variance of 20 batches' means beside the one that
    /// independent samples would have.
    /// </summary>
    private static double OfBatches(double[] ranks, double mean, double square)
    {
        const int batches = 20;
        var size = ranks.Length / batches;
        if (size < 10 || square <= 0)
        {
            return ranks.Length;
        }
        var between = 0.0;
        for (var batch = 0; batch < batches; batch++)
        {
            var sum = 0.0;
            for (var i = batch * size; i < (batch + 1) * size; i++)
            {
                sum += ranks[i] - mean;
            }
            between += sum / size * (sum / size);
        }
        var inflation = between / batches * size / (square / ranks.Length);
        return ranks.Length / Math.Max(inflation, 1);
    }

    private static DelayBin[] TimeLine(LegCollector leg, List<(long Time, int Count)> lost, int bins, (long Start, long End) file)
    {
        var samples = leg.Samples;
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
            var losses = 0;
            while (loss < lost.Count && lost[loss].Time < end)
            {
                losses += lost[loss++].Count;
            }
            delays.Sort();
            line[bin] = BinOf(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(delays), leg, losses);
        }
        return line;
    }

    /// <summary>Where not all samples were kept, one of the usual stands for several, one of the slow for itself.</summary>
    private static DelayBin BinOf(ReadOnlySpan<long> sorted, LegCollector leg, int losses)
    {
        if (sorted.IsEmpty)
        {
            return new(0, null, null, null, losses);
        }
        var usual = sorted.Length;
        while (leg.Stride > 1 && usual > 0 && sorted[usual - 1] > leg.KeptAbove)
        {
            usual--;
        }
        var total = usual * leg.Stride + sorted.Length - usual;
        return new(total, sorted[Place(0.5)], sorted[Place(0.99)], sorted[^1], losses);

        int Place(double part)
        {
            var rank = (int)Math.Ceiling(part * total) - 1;
            return rank < usual * leg.Stride ? rank / leg.Stride : usual + rank - usual * leg.Stride;
        }
    }

    private static List<DelaySpike> FindSpikes(List<DelaySample> samples, long median)
    {
        var spikes = new List<DelaySpike>();
        var limit = SpikeLimit(median);
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
