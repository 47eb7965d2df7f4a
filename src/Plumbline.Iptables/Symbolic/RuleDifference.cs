namespace Plumbline.Iptables.Symbolic;

/// <summary>Packets that two rulesets treat differently in one table at one hook.</summary>
public sealed record RuleDifference
{
    /// <summary>The table.</summary>
    public required string Table { get; init; }

    /// <summary>Its base chain: FORWARD …</summary>
    public required string Chain { get; init; }

    /// <summary>What the first does with them, and by which rule: <c>ACCEPT, by filter x rule 3: …</c></summary>
    public required string First { get; init; }

    /// <summary>What the second does.</summary>
    public required string Second { get; init; }

    /// <summary>The first accepts them (or does what the table is for), the second does not.</summary>
    public required bool IsWithdrawn { get; init; }

    /// <summary>Which packets, devices apart.</summary>
    public required BoxList Packets { get; init; }

    /// <summary>One of them, with its devices: the simulator decides it differently on the two.</summary>
    public required SymbolicPacket Example { get; init; }

    /// <summary>Whatever the unknowns are, they differ.</summary>
    public required bool IsCertain { get; init; }
}
