namespace Plumbline.Iptables.Simulation;

/// <summary>One way that a packet may take.</summary>
public sealed record Course
{
    /// <summary>How it ends, and where.</summary>
    public required Decision Decision { get; init; }

    /// <summary>Every rule that matched on the way, in order.</summary>
    public required IReadOnlyList<TraceStep> Steps { get; init; }

    /// <summary>What must be so for this course; empty: nothing.</summary>
    public required IReadOnlyList<Assumption> Assumptions { get; init; }
}
