namespace Plumbline.Iptables.Symbolic;

/// <summary>The oddities of a ruleset.</summary>
public sealed record RuleCheckReport
{
    /// <summary>In the order of the text.</summary>
    public required IReadOnlyList<RuleFinding> Findings { get; init; }

    /// <summary>Base chains that outgrew the budget, and what was done instead.</summary>
    public required IReadOnlyList<string> Unproved { get; init; }

    /// <summary>Rules looked at.</summary>
    public required int Rules { get; init; }

    /// <summary>Pairs of devices that were told apart; 0: all devices at once.</summary>
    public int Slices { get; init; }
}
