namespace Plumbline.Diagnosis.Tracing;

/// <summary>Where and by what a packet's way ended.</summary>
public sealed record TraceDrop
{
    /// <summary>By what sort of thing.</summary>
    public required TraceCause Cause { get; init; }

    /// <summary>On which node; null outside.</summary>
    public string? Node { get; init; }

    /// <summary>The network namespace; null or empty: the node's own.</summary>
    public string? Namespace { get; init; }

    /// <summary>At which device, bridge or chain.</summary>
    public required string Place { get; init; }

    /// <summary>In words: by what.</summary>
    public required string What { get; init; }

    /// <summary>On the packet's, the answer's, or ARP's way.</summary>
    public TracePhase Phase { get; init; }

    /// <summary>Rules, flows, entries that did it, as the node prints them.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>Counters that the packet raises where it ends, the last one's own; empty where none are kept.</summary>
    public IReadOnlyList<HopCounter> Counters { get; init; } = [];
}
