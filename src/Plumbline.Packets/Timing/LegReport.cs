namespace Plumbline.Packets.Timing;

/// <summary>What happened between two hops.</summary>
public sealed record LegReport
{
    /// <summary>Index of the hop where packets left.</summary>
    public required int From { get; init; }

    /// <summary>Index of the hop where they arrived.</summary>
    public required int To { get; init; }

    /// <summary>Packets that left.</summary>
    public required long Left { get; init; }

    /// <summary>Delays; null where no packet was seen at both.</summary>
    public DelayStatistics? Delay { get; init; }

    /// <summary>Packets that left and were seen nowhere behind. TCP segments that are cut on the way count by their pieces.</summary>
    public required long Lost { get; init; }

    /// <summary>As <see cref="Lost"/>, but too near the capture's end (or the other hop's begin) to say.</summary>
    public long Undecided { get; init; }

    /// <summary>Seen behind, but not at the leg's end: its capture missed them.</summary>
    public long Unseen { get; init; }

    /// <summary>Seen at the leg's end and nowhere before.</summary>
    public long Appeared { get; init; }

    /// <summary>Not told apart from others of the same content.</summary>
    public long Ambiguous { get; init; }

    /// <summary>Arrived behind one of its flow that had left later (RFC 4737).</summary>
    public long Reordered { get; init; }

    /// <summary>Packets that the capture itself lost at the leg's end; null where not told.</summary>
    public ulong? CaptureDropped { get; init; }

    /// <summary>Both hops' packets were stamped by one clock: the file says so, or they are in one part of it and it says nothing.</summary>
    public bool SharesClock { get; init; } = true;

    /// <summary>The time line, a bin each <see cref="LatencyOptions.Bins"/>th of the capture.</summary>
    public IReadOnlyList<DelayBin> Bins { get; init; } = [];

    /// <summary>When the delay rose far above the usual.</summary>
    public IReadOnlyList<DelaySpike> Spikes { get; init; } = [];

    /// <summary>Loss as a part of what left and is decided; null where nothing is.</summary>
    public double? LossRate => Left - Undecided > 0 ? (double)Lost / Math.Max(Left - Undecided, Lost) : null;

    /// <summary>
    /// How many independent packets those of which it is decided are worth when losses are counted, by how unevenly the losses lie on
    /// <see cref="Bins"/>: a queue that overflowed once tells one thing.
    /// </summary>
    public double EffectiveDecided =>
        Math.Max(Left - Undecided, 0) / Dispersion.Of(Bins.Select(static b => ((double)b.Samples + b.Lost, (double)b.Lost)));

    /// <summary>What is missing may have been lost by the capture: no conclusion about loss.</summary>
    public bool IsLossDoubtful => Lost > 0 && CaptureDropped >= (ulong)Lost;
}
