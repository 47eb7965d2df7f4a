namespace Plumbline.Packets.Timing;

/// <summary>A flow, on both sides of a NAT: what stays of it from one window of packets to the next.</summary>
internal sealed class FlowState
{
    /// <summary>Numbers of its tuples.</summary>
    public List<int> Flows { get; } = [];

    /// <summary>Packets, each as often as it was captured.</summary>
    public long Count { get; private set; }

    /// <summary>The way, once known.</summary>
    public int[] Hops { get; set; } = [];

    /// <summary>Its hops' order, as far as the packets told.</summary>
    public HopOrder? Order { get; set; }

    /// <summary>The hops that <see cref="Order"/> was made for.</summary>
    public ulong Mask { get; set; }

    /// <summary>Packets by hop.</summary>
    private long[] _seen = [];

    /// <summary>Packets at a hop.</summary>
    public long SeenAt(int hop) => hop < _seen.Length ? _seen[hop] : 0;

    /// <summary>A packet.</summary>
    public void Add(int hop)
    {
        if (hop >= _seen.Length)
        {
            Array.Resize(ref _seen, hop + 1);
        }
        _seen[hop]++;
        Count++;
    }

    /// <summary>The other was the same flow.</summary>
    public void Join(FlowState other)
    {
        Flows.AddRange(other.Flows);
        Count += other.Count;
        if (_seen.Length < other._seen.Length)
        {
            Array.Resize(ref _seen, other._seen.Length);
        }
        for (var hop = 0; hop < other._seen.Length; hop++)
        {
            _seen[hop] += other._seen[hop];
        }
    }
}
