namespace Plumbline.Neutron.Scenarios;

/// <summary>Members of a remote group or address group.</summary>
/// <param name="Id">Its UUID.</param>
/// <param name="IPv4">Null: none.</param>
/// <param name="IPv6">Null: none.</param>
public sealed record ScenarioMembers(string Id, IReadOnlyList<string>? IPv4, IReadOnlyList<string>? IPv6);
