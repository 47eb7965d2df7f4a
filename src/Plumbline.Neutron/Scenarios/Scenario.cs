using Plumbline.Neutron.SecurityGroups;

namespace Plumbline.Neutron.Scenarios;

/// <summary>A node's ports and groups and what happens to them: the input of <c>plumb compile</c>.</summary>
public sealed record Scenario
{
    /// <summary>How the agent is configured.</summary>
    public required FirewallOptions Options { get; init; }

    /// <summary>iptables-save text found at start; null: no table exists yet.</summary>
    public string? InitialIPv4 { get; init; }

    /// <summary>ip6tables-save text found at start; null: no table exists yet.</summary>
    public string? InitialIPv6 { get; init; }

    /// <summary>Ports, in the order in which they are handed to the agent.</summary>
    public required IReadOnlyList<FirewallPort> Ports { get; init; }

    /// <summary>Groups with the rules that the API took.</summary>
    public required IReadOnlyList<ScenarioGroup> Groups { get; init; }

    /// <summary>Members of remote groups and address groups.</summary>
    public required IReadOnlyList<ScenarioMembers> Members { get; init; }

    /// <summary>Later changes, a phase each.</summary>
    public required IReadOnlyList<ScenarioStep> Steps { get; init; }

    /// <summary>Rules that the API refused.</summary>
    public required IReadOnlyList<RejectedRule> Rejected { get; init; }
}
