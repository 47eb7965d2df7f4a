namespace Plumbline.Diagnosis.Tracing;

/// <summary>One packet's way: a question for an address, its answer, the packet, the answer.</summary>
public sealed record TraceLeg
{
    /// <summary>Which part of the exchange.</summary>
    public required TracePhase Phase { get; init; }

    /// <summary>The packet in words.</summary>
    public required string Packet { get; init; }

    /// <summary>Its way.</summary>
    public required IReadOnlyList<Hop> Hops { get; init; }

    /// <summary>Where it ended; null where it arrived.</summary>
    public TraceDrop? Drop { get; init; }

    /// <summary>Copies that went elsewhere (flooding), and were of no use.</summary>
    public int OtherCopies { get; init; }
}
