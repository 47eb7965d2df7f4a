namespace Plumbline.Diagnosis.Tracing;

/// <summary>One place on the way, and what happened there.</summary>
public sealed record Hop
{
    /// <summary>The node's name; null outside of all nodes.</summary>
    public string? Node { get; init; }

    /// <summary>The network namespace; null or empty: the node's own.</summary>
    public string? Namespace { get; init; }

    /// <summary>What it is.</summary>
    public required HopKind Kind { get; init; }

    /// <summary>Device, bridge, tunnel port, VM or namespace.</summary>
    public required string Place { get; init; }

    /// <summary>What happened, in words.</summary>
    public required string What { get; init; }

    /// <summary>Rules, flows, entries and routes that made it so, as the node prints them.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>Counters that the packet raises here, in its order; empty where none are kept.</summary>
    public IReadOnlyList<HopCounter> Counters { get; init; } = [];
}
