using Plumbline.Iptables.Symbolic;

namespace Plumbline.Diagnosis.Reaching.Asserting;

/// <summary>Whether an assertion holds on all ports that it is about.</summary>
public sealed record AssertionResult
{
    /// <summary>The assertion.</summary>
    public required FirewallAssertion Assertion { get; init; }

    /// <summary>Ports it was proved for, each family counted.</summary>
    public int Proved { get; init; }

    /// <summary>Ports for which a packet disproves it.</summary>
    public IReadOnlyList<(string Port, SymbolicPacket Packet)> Violations { get; init; } = [];

    /// <summary>Ports for which the budget was not enough, and lines of the rules that could not be read: not proved.</summary>
    public IReadOnlyList<string> Unproved { get; init; } = [];
}
