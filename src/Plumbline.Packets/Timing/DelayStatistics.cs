namespace Plumbline.Packets.Timing;

/// <summary>Delays in nanoseconds; below 0 where clocks disagree.</summary>
public sealed record DelayStatistics
{
    /// <summary>Packets.</summary>
    public required long Samples { get; init; }

    /// <summary>The least.</summary>
    public required long Least { get; init; }

    /// <summary>Half are not above it.</summary>
    public required long P50 { get; init; }

    /// <summary>Nine in ten are not above it.</summary>
    public required long P90 { get; init; }

    /// <summary>99 in 100 are not above it; null below 100 packets.</summary>
    public long? P99 { get; init; }

    /// <summary>The greatest.</summary>
    public required long Greatest { get; init; }

    /// <summary>Arithmetic.</summary>
    public required double Mean { get; init; }

    /// <summary>Mean difference of neighbouring packets' delays in a flow (RFC 3393); null with one packet.</summary>
    public double? Jitter { get; init; }

    /// <summary>Delays below 0.</summary>
    public long Negative { get; init; }

    /// <summary>
    /// How many independent samples these are worth, by the correlation of each with its predecessor: packets that wait in one queue
    /// tell one thing.
    /// </summary>
    public required double EffectiveSamples { get; init; }

    /// <summary>
    /// The same for the slowest of them: what their coming in bursts leaves (thirty packets that waited for one late thread tell one thing);
    /// null where not told.
    /// </summary>
    public double? EffectiveTail { get; init; }

    /// <summary>All of them, in bins of less than 1 %.</summary>
    public required DelayHistogram Histogram { get; init; }
}
