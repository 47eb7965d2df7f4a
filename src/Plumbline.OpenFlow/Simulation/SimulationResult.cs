using System.Text;

namespace Plumbline.OpenFlow.Simulation;

/// <summary>A packet's way through the bridges.</summary>
public sealed record SimulationResult
{
    /// <summary>Where it left, with the packet as it left.</summary>
    public required IReadOnlyList<SimulatedOutput> Outputs { get; init; }

    /// <summary>Every step.</summary>
    public required IReadOnlyList<TraceStep> Steps { get; init; }

    /// <summary>Where copies of it ended.</summary>
    public required IReadOnlyList<DropCause> Drops { get; init; }

    /// <summary>Facts that are missing; empty where the answer is certain.</summary>
    public required IReadOnlyList<string> Unknowns { get; init; }

    /// <summary>What was taken to be so, connection states above all.</summary>
    public required IReadOnlyList<string> Assumptions { get; init; }

    /// <summary>What it would teach the bridges.</summary>
    public required IReadOnlyList<LearnedFlow> Learned { get; init; }

    /// <summary>Connections that it would commit to the connection tracker.</summary>
    public IReadOnlyList<CommittedConnection> Committed { get; init; } = [];

    /// <summary>What became of it.</summary>
    public SimulationVerdict Verdict => Unknowns.Count > 0 ? SimulationVerdict.Unknown
        : Outputs.Count > 0 ? SimulationVerdict.Forwarded : SimulationVerdict.Dropped;

    /// <summary>Where a packet that left nowhere ended; null where it left, or where a fact is missing.</summary>
    public DropCause? Drop => Verdict is SimulationVerdict.Dropped && Drops.Count > 0 ? Drops[^1] : null;

    /// <summary>The steps line by line, and the verdict.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var step in Steps)
        {
            text.Append(' ', 2 * step.Depth).Append(step).Append('\n');
        }
        foreach (var output in Outputs)
        {
            text.Append(output.IsCertain ? "out: " : "maybe out: ").Append(output).Append('\n');
        }
        foreach (var unknown in Unknowns)
        {
            text.Append("unknown, because ").Append(unknown).Append('\n');
        }
        if (Drop is { } drop)
        {
            text.Append("dropped: ").Append(drop).Append('\n');
        }
        return text.ToString();
    }
}
