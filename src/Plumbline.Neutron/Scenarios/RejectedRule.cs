using System.Text.Json;

namespace Plumbline.Neutron.Scenarios;

/// <summary>A rule that Neutron's API refuses.</summary>
/// <param name="Group">Its group's UUID.</param>
/// <param name="Rule">As it was given.</param>
/// <param name="Reason">Why.</param>
public sealed record RejectedRule(string Group, JsonElement Rule, string Reason);
