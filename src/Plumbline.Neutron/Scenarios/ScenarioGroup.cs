using Plumbline.Neutron.SecurityGroups;

namespace Plumbline.Neutron.Scenarios;

/// <summary>A group's rules in a scenario.</summary>
/// <param name="Id">Its UUID.</param>
/// <param name="Rules">In order.</param>
/// <param name="Stateful">Null: as it was (true at the beginning).</param>
public sealed record ScenarioGroup(string Id, IReadOnlyList<SecurityGroupRule> Rules, bool? Stateful);
