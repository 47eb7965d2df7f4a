namespace Plumbline.Packets.Timing;

/// <summary>What is gathered between two neighbouring hops of a way, flow after flow.</summary>
internal sealed class LegCollector(int from, int to)
{
    private readonly List<DelaySample> _ofFlow = [];

    public int From => from;

    public int To => to;

    /// <summary>All delays, in any order.</summary>
    public List<DelaySample> Samples { get; } = [];

    /// <summary>When packets left that were not seen again; those that were cut to pieces count by pieces.</summary>
    public List<long> Missing { get; } = [];

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
    public void Add(long leftAt, long delay) => _ofFlow.Add(new(leftAt, delay));

    /// <summary>The flow has no more.</summary>
    public void EndFlow()
    {
        _ofFlow.Sort(static (a, b) => a.LeftAt.CompareTo(b.LeftAt));
        var isInOrder = true;
        for (var i = 1; i < _ofFlow.Count; i++)
        {
            Variation += Math.Abs((double)_ofFlow[i].Delay - _ofFlow[i - 1].Delay);
            Variations++;
            isInOrder &= _ofFlow[i].LeftAt + _ofFlow[i].Delay >= _ofFlow[i - 1].LeftAt + _ofFlow[i - 1].Delay;
        }
        Samples.AddRange(_ofFlow);
        if (!isInOrder)
        {
            CountReordered();
        }
        _ofFlow.Clear();
    }

    private void CountReordered()
    {
        _ofFlow.Sort(static (a, b) => (a.LeftAt + a.Delay).CompareTo(b.LeftAt + b.Delay));
        var latest = long.MinValue;
        foreach (var (leftAt, _) in _ofFlow)
        {
            Reordered += leftAt < latest ? 1 : 0;
            latest = Math.Max(latest, leftAt);
        }
    }
}
