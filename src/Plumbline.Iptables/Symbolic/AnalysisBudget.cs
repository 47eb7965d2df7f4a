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

    /// <summary>Packets that are tried one by one for what was not proved, at most.</summary>
    public int MaxSamples { get; init; } = 20_000;

    /// <summary>A part of the time, and all else as it is.</summary>
    public AnalysisBudget Share(double part) => this with { MaxTime = MaxTime * part };

    /// <summary>When samples end: they get a tenth of a second even where no time was given.</summary>
    internal TimeSpan SampleTime => MaxTime / 4 > TimeSpan.FromSeconds(0.1) ? MaxTime / 4 : TimeSpan.FromSeconds(0.1);
}
