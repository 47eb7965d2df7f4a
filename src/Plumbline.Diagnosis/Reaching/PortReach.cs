using Plumbline.Diagnosis.Explaining;
using Plumbline.Iptables;
using Plumbline.Iptables.Symbolic;

namespace Plumbline.Diagnosis.Reaching;

/// <summary>What can reach a port, and what it can reach, in one family.</summary>
public sealed record PortReach
{
    /// <summary>The port.</summary>
    public required FirewallTarget Target { get; init; }

    /// <summary>IPv4 or IPv6.</summary>
    public required IPFamily Family { get; init; }

    /// <summary>To the instance; null where not asked.</summary>
    public ReachReport? Incoming { get; init; }

    /// <summary>From the instance; null where not asked.</summary>
    public ReachReport? Outgoing { get; init; }

    /// <summary>What makes the answer less than it seems: the kernel does not ask the rules, no table was told.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
