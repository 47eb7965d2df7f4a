namespace Plumbline.Iptables.Symbolic;

/// <summary>How two rulesets of one family differ in meaning.</summary>
public sealed record DifferenceReport
{
    /// <summary>Empty and <see cref="Unproved"/> empty: they mean the same.</summary>
    public required IReadOnlyList<RuleDifference> Differences { get; init; }

    /// <summary>What was not decided, and why.</summary>
    public required IReadOnlyList<string> Unproved { get; init; }

    /// <summary>More differences than were written down.</summary>
    public bool IsCut { get; init; }
}
