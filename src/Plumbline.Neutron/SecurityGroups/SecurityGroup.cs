namespace Plumbline.Neutron.SecurityGroups;

/// <summary>A security group as Neutron's API gives it.</summary>
public sealed record SecurityGroup
{
    /// <summary>Its UUID.</summary>
    public required string Id { get; init; }

    /// <summary>False: its ports' packets are not tracked.</summary>
    public bool Stateful { get; init; } = true;

    /// <summary>Its rules in order.</summary>
    public IReadOnlyList<SecurityGroupRule> Rules { get; init; } = [];

    /// <summary>Addresses (with or without a prefix length) of all ports in it, on any node: what a rule that names it as remote admits.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];
}
