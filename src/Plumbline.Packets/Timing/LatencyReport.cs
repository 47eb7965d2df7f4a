namespace Plumbline.Packets.Timing;

/// <summary>What became of packets between the points of a capture.</summary>
public sealed record LatencyReport
{
    /// <summary>The file's interfaces.</summary>
    public required IReadOnlyList<HopReport> Hops { get; init; }

    /// <summary>Ways that packets took, the one with most packets first.</summary>
    public required IReadOnlyList<WayReport> Ways { get; init; }

    /// <summary>Flows that went a part of a way that others took to its end, most packets first.</summary>
    public required IReadOnlyList<VanishedFlow> Vanished { get; init; }

    /// <summary>Pairs of hops whose clocks disagree.</summary>
    public required IReadOnlyList<ClockDoubt> Doubts { get; init; }

    /// <summary>Packets of the file, each as often as it was captured.</summary>
    public required long Packets { get; init; }

    /// <summary>Packets, each once, that two hops or more saw.</summary>
    public required long Recognised { get; init; }

    /// <summary>As <see cref="HopTable.NotFollowed"/>.</summary>
    public long NotFollowed { get; init; }

    /// <summary>As <see cref="HopTable.Unusable"/>.</summary>
    public long Unusable { get; init; }

    /// <summary>As <see cref="HopTable.Beyond"/>.</summary>
    public long Beyond { get; init; }

    /// <summary>As <see cref="HopTable.IsCut"/>.</summary>
    public bool IsCut { get; init; }

    /// <summary>Time of the first packet, nanoseconds since 1970 UTC.</summary>
    public long StartNanoseconds { get; init; }

    /// <summary>Time of the last packet.</summary>
    public long EndNanoseconds { get; init; }
}
