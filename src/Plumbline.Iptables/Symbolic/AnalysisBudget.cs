namespace Plumbline.Iptables.Symbolic;

/// <summary>How much one question may cost. What it did not get to is reported as not proved; it never hangs.</summary>
public sealed record AnalysisBudget
{
    /// <summary>What the commands allow by default.</summary>
    public static AnalysisBudget Default { get; } = new();

    /// <summary>Nodes that the diagrams of one question may hold at once, 16 bytes each.</summary>
    public int MaxNodes { get; init; } = 24_000_000;

    /// <summary>Wall-clock time of one question.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromSeconds(20);
}
