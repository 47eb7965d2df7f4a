namespace Plumbline.Diagnosis.Tracing;

/// <summary>The whole exchange, and the verdict.</summary>
public sealed record TraceResult
{
    /// <summary>The sender in words.</summary>
    public required string From { get; init; }

    /// <summary>The receiver in words.</summary>
    public required string To { get; init; }

    /// <summary>The packet in words.</summary>
    public required string Packet { get; init; }

    /// <summary>What becomes of it.</summary>
    public required TraceVerdict Verdict { get; init; }

    /// <summary>In the order of time: ARP, the packet, ARP of the answer, the answer.</summary>
    public required IReadOnlyList<TraceLeg> Legs { get; init; }

    /// <summary>Where it ended; null where it was delivered.</summary>
    public TraceDrop? Drop { get; init; }

    /// <summary>Facts that are missing; empty where the verdict is certain.</summary>
    public IReadOnlyList<string> Unknowns { get; init; } = [];

    /// <summary>Rules that are missing, by node and namespace: what a live node is asked for next.</summary>
    public IReadOnlyList<RulesWanted> RulesWanted { get; init; } = [];

    /// <summary>The question met something that a snapshot leaves out (<see cref="Node.Facts.NodeSnapshot.Omitted"/>): only the whole node answers it.</summary>
    public bool IsOutgrown { get; init; }

    /// <summary>What was taken to be so.</summary>
    public IReadOnlyList<string> Assumptions { get; init; } = [];

    /// <summary>What else a reader should know.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
