namespace Plumbline.Packets.Timing;

/// <summary>What is gathered between two neighbouring hops of a way, flow after flow.</summary>
internal sealed class LegCollector(int from, int to)
{
    private readonly List<(DelaySample Sample, bool IsCounted)> _ofFlow = [];

    public int From => from;

    public int To => to;

    /// <summary>
    /// Delays, in any order: each <see cref="Stride"/>th, and all that are above <see cref="KeptAbove"/>. The figures below are of all.
    /// </summary>
    public List<DelaySample> Samples { get; } = [];

    /// <summary>1 while all samples are kept.</summary>
    public int Stride { get; private set; } = 1;

    /// <summary>Above it every sample is kept; nanoseconds.</summary>
    public long KeptAbove { get; private set; } = long.MaxValue;

    /// <summary>All delays.</summary>
    public DelayHistogram Histogram { get; } = new();

    /// <summary>The least of all.</summary>
    public long Least { get; private set; } = long.MaxValue;

    /// <summary>The greatest.</summary>
    public long Greatest { get; private set; } = long.MinValue;

    /// <summary>All together.</summary>
    public double Sum { get; private set; }

    /// <summary>Those below 0.</summary>
    public long Negative { get; private set; }

    /// <summary>When packets left that were not seen again; those that were cut to pieces count by pieces.</summary>
    public LossTimes Missing { get; } = new();

    /// <summary>Packets that left.</summary>
    public long Left { get; set; }

    /// <summary>Seen behind, but not at the leg's end: that capture missed them.</summary>
    public long Unseen { get; set; }

    /// <summary>Seen at the leg's end only.</summary>
    public long Appeared { get; set; }

    /// <summary>Could not be told from others.</summary>
    public long Ambiguous { get; set; }

    /// <summary>Arrived behind one that had left later, of the same flow (RFC 4737).</summary>
    public long Reordered { get; private set; }

    /// <summary>Sum of differences of neighbouring packets' delays.</summary>
    public double Variation { get; private set; }

    /// <summary>How many differences that are.</summary>
    public long Variations { get; private set; }

    /// <summary>A delay of the flow that is taken in just now.</summary>
    /// <param name="leftAt">Nanoseconds since 1970 UTC.</param>
    /// <param name="delay">Nanoseconds.</param>
    /// <param name="isCounted">False: it was or will be counted in another window, and is here for the order of its neighbours.</param>
    public void Add(long leftAt, long delay, bool isCounted) => _ofFlow.Add((new(leftAt, delay), isCounted));

    /// <summary>The flow has no more.</summary>
    public void EndFlow()
    {
        _ofFlow.Sort(static (a, b) => a.Sample.LeftAt.CompareTo(b.Sample.LeftAt));
        var isInOrder = true;
        for (var i = 0; i < _ofFlow.Count; i++)
        {
            var (sample, isCounted) = _ofFlow[i];
            if (i > 0)
            {
                var before = _ofFlow[i - 1].Sample;
                isInOrder &= sample.LeftAt + sample.Delay >= before.LeftAt + before.Delay;
                Variation += isCounted ? Math.Abs((double)sample.Delay - before.Delay) : 0;
                Variations += isCounted ? 1 : 0;
            }
            if (isCounted)
            {
                Count(sample);
            }
        }
        if (!isInOrder)
        {
            CountReordered();
        }
        _ofFlow.Clear();
    }

    /// <summary>Keeps half of the samples, and the slow ones.</summary>
    public void Halve()
    {
        Stride *= 2;
        var median = Histogram.Quantile(0.5);
        KeptAbove = Math.Max(LegBuilder.SpikeLimit(median), Histogram.Quantile(0.999));
        var kept = 0;
        var isKept = false;
        for (var i = 0; i < Samples.Count; i++)
        {
            isKept = Samples[i].Delay > KeptAbove ? isKept : !isKept;
            if (isKept || Samples[i].Delay > KeptAbove)
            {
                Samples[kept++] = Samples[i];
            }
        }
        Samples.RemoveRange(kept, Samples.Count - kept);
    }

    private void Count(in DelaySample sample)
    {
        Histogram.Add(sample.Delay);
        Least = Math.Min(Least, sample.Delay);
        Greatest = Math.Max(Greatest, sample.Delay);
        Sum += sample.Delay;
        Negative += sample.Delay < 0 ? 1 : 0;
        if (sample.Delay > KeptAbove || Histogram.Total % Stride == 0)
        {
            Samples.Add(sample);
        }
    }

    private void CountReordered()
    {
        _ofFlow.Sort(static (a, b) => (a.Sample.LeftAt + a.Sample.Delay).CompareTo(b.Sample.LeftAt + b.Sample.Delay));
        var latest = long.MinValue;
        foreach (var ((leftAt, _), isCounted) in _ofFlow)
        {
            Reordered += isCounted && leftAt < latest ? 1 : 0;
            latest = Math.Max(latest, leftAt);
        }
    }
}
