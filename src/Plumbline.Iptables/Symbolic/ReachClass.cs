namespace Plumbline.Iptables.Symbolic;

/// <summary>Packets that pass by one rule.</summary>
public sealed record ReachClass
{
    /// <summary>The table of the rule or policy that lets them pass.</summary>
    public required string Table { get; init; }

    /// <summary>Its chain.</summary>
    public required string Chain { get; init; }

    /// <summary>From 1; 0: the chain's policy.</summary>
    public int Number { get; init; }

    /// <summary>Null: the policy.</summary>
    public Rule? Rule { get; init; }

    /// <summary>What passes.</summary>
    public required BoxList Packets { get; init; }

    /// <summary>One of them.</summary>
    public required SymbolicPacket Example { get; init; }

    /// <summary>They pass whatever the unknowns are.</summary>
    public required bool IsCertain { get; init; }

    /// <summary>What it depends on where not certain.</summary>
    public IReadOnlyList<UnknownPredicate> DependsOn { get; init; } = [];
}
