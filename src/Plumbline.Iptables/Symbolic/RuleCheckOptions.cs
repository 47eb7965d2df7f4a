namespace Plumbline.Iptables.Symbolic;

/// <summary>What is looked for.</summary>
public sealed record RuleCheckOptions
{
    /// <summary>Of each base chain.</summary>
    public AnalysisBudget Budget { get; init; } = AnalysisBudget.Default;

    /// <summary>The node's own, for <c>-m addrtype</c>; null: not told.</summary>
    public Simulation.NodeAddresses? Addresses { get; init; }

    /// <summary>Hints too: generalising and correlated pairs, rules that counters have not seen.</summary>
    public bool Hints { get; init; }
}
