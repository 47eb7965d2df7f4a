namespace Plumbline.Iptables.Symbolic;

/// <summary>One oddity of a ruleset, with what proves it.</summary>
public sealed record RuleFinding
{
    /// <summary>What it is.</summary>
    public required RuleFindingKind Kind { get; init; }

    /// <summary>The table.</summary>
    public required string Table { get; init; }

    /// <summary>The chain.</summary>
    public required string Chain { get; init; }

    /// <summary>From 1; 0: the chain itself.</summary>
    public int Number { get; init; }

    /// <summary>The rule; null: the chain.</summary>
    public Rule? Rule { get; init; }

    /// <summary>Rules of the same chain (from 1) that together take its packets, or that it is about; the smallest such list.</summary>
    public IReadOnlyList<int> Because { get; init; } = [];

    /// <summary>A packet that shows it; null where it is that there is none.</summary>
    public SymbolicPacket? Witness { get; init; }

    /// <summary>Holds for every packet. False: for all devices that were tried.</summary>
    public bool IsProved { get; init; } = true;
}
