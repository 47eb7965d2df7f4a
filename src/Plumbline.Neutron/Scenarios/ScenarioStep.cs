using Plumbline.Neutron.SecurityGroups;

namespace Plumbline.Neutron.Scenarios;

/// <summary>A change after the start.</summary>
public abstract record ScenarioStep
{
    private ScenarioStep(string phase) => Phase = phase;

    /// <summary>What the phase is called.</summary>
    public string Phase { get; init; }

    /// <summary>A group gets other rules.</summary>
    public sealed record SetRules(ScenarioGroup Group) : ScenarioStep("set_rules");

    /// <summary>A remote group or address group gets other members.</summary>
    public sealed record SetMembers(ScenarioMembers Members) : ScenarioStep("set_members");

    /// <summary>A port comes.</summary>
    public sealed record AddPort(FirewallPort Port) : ScenarioStep("add_port");

    /// <summary>A port changes.</summary>
    public sealed record UpdatePort(FirewallPort Port) : ScenarioStep("update_port");

    /// <summary>A port goes.</summary>
    public sealed record RemovePort(string Device) : ScenarioStep("remove_port");

    /// <summary>The agent ends and starts anew.</summary>
    public sealed record RestartAgent() : ScenarioStep("restart_agent");

    /// <summary>Several changes of which the agent hears one after the other within one phase.</summary>
    public sealed record Several(IReadOnlyList<ScenarioStep> Steps) : ScenarioStep("several");
}
