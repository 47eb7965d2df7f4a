using Plumbline.Iptables;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Reaching.Asserting;

/// <summary>One sentence about what may reach which ports: "no port of group db accepts tcp/5432 but from group app".</summary>
public sealed record FirewallAssertion
{
    /// <summary>As the file calls it, or the sentence itself.</summary>
    public required string Name { get; init; }

    /// <summary>Group names, VMs, ports, addresses; empty: all ports of the node.</summary>
    public IReadOnlyList<string> Ports { get; init; } = [];

    /// <summary>True: nothing of the kind may pass; false: all of it must.</summary>
    public required bool IsDenied { get; init; }

    /// <summary>IANA number; null: any.</summary>
    public byte? Protocol { get; init; }

    /// <summary>Destination ports; null: any.</summary>
    public PortRange? Range { get; init; }

    /// <summary>Prefixes or groups; empty: anybody.</summary>
    public IReadOnlyList<string> From { get; init; } = [];

    /// <summary>Not these: prefixes or groups.</summary>
    public IReadOnlyList<string> Except { get; init; } = [];

    /// <summary>Null: both.</summary>
    public IPFamily? Family { get; init; }
}
