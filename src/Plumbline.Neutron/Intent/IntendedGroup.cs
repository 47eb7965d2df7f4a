using Plumbline.Neutron.SecurityGroups;

namespace Plumbline.Neutron.Intent;

/// <summary>A security group (or address group) as somebody wants it.</summary>
public sealed record IntendedGroup
{
    /// <summary>What its ports' rules follow from, members among them.</summary>
    public required SecurityGroup Group { get; init; }

    /// <summary>Its name; empty for none. Not unique.</summary>
    public string Name { get; init; } = "";

    /// <summary>The UUIDs of its rules, in the order of <see cref="SecurityGroup.Rules"/>; empty where not told.</summary>
    public IReadOnlyList<string> RuleIds { get; init; } = [];
}
