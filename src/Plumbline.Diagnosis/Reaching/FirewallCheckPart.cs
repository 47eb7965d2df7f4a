using Plumbline.Iptables;
using Plumbline.Iptables.Symbolic;

namespace Plumbline.Diagnosis.Reaching;

/// <summary>What was found in one ruleset of a node.</summary>
public sealed record FirewallCheckPart
{
    /// <summary>IPv4 or IPv6.</summary>
    public required IPFamily Family { get; init; }

    /// <summary>The oddities, but for those that Neutron's agent writes on purpose.</summary>
    public required RuleCheckReport Report { get; init; }

    /// <summary>How many it writes so.</summary>
    public int ByDesign { get; init; }

    /// <summary>Taps of hybrid ports that no rule is about: nothing filters them, or nothing reaches them.</summary>
    public IReadOnlyList<string> PortsWithoutChains { get; init; } = [];
}
