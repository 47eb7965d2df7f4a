namespace Plumbline.Iptables.Symbolic;

/// <summary>Packets that two rulesets treat differently in one table at one hook.</summary>
public sealed record RuleDifference
{
    /// <summary>The table.</summary>
    public required string Table { get; init; }

    /// <summary>Its base chain: FORWARD …</summary>
    public required string Chain { get; init; }

    /// <summary>What the first does with them: <c>ACCEPT</c>, <c>DROP</c>, or a rewrite as iptables writes it.</summary>
    public required string First { get; init; }

    /// <summary>What the second does.</summary>
    public required string Second { get; init; }

    /// <summary>By which rule the first does so; null: by none (nothing of the kind happens there).</summary>
    public DecidingRule? FirstBy { get; init; }

    /// <summary>By which rule the second does so.</summary>
    public DecidingRule? SecondBy { get; init; }

    /// <summary>The first accepts them (or does what the table is for), the second does not.</summary>
    public required bool IsWithdrawn { get; init; }

    /// <summary>Which packets, devices apart.</summary>
    public required BoxList Packets { get; init; }

    /// <summary>One of them, with its devices: the simulator decides it differently on the two.</summary>
    public required SymbolicPacket Example { get; init; }

    /// <summary>Whatever the unknowns are, they differ.</summary>
    public required bool IsCertain { get; init; }

    /// <summary>Found by trying packets: there may be more of the kind.</summary>
    public bool IsSampled { get; init; }
}
