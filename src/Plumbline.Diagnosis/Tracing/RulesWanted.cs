namespace Plumbline.Diagnosis.Tracing;

/// <summary>Rules that a question met and the snapshot does not hold: who reads a live node reads these and asks again.</summary>
public sealed record RulesWanted
{
    /// <summary>Which of the nodes, counted from 0 in the order in which they were given.</summary>
    public required int Node { get; init; }

    /// <summary>The namespace's name; empty for the node's own.</summary>
    public required string Namespace { get; init; }

    /// <summary>ip6tables' rules, not iptables'.</summary>
    public required bool IsIPv6 { get; init; }

    /// <summary>Devices that the packets came and went by.</summary>
    public required IReadOnlySet<string> Devices { get; init; }
}
