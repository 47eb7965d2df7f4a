namespace Plumbline.Neutron.SecurityGroups;

/// <summary>A rule of a security group. Two rules are equal where the agent would take them for one.</summary>
public sealed record SecurityGroupRule
{
    /// <summary>Ingress is towards the instance.</summary>
    public required bool IsIngress { get; init; }

    /// <summary>IPv6, else IPv4.</summary>
    public bool IsIPv6 { get; init; }

    /// <summary>Name or number as the API takes it; null: any.</summary>
    public string? Protocol { get; init; }

    /// <summary>First port, or the ICMP type.</summary>
    public int? PortRangeMin { get; init; }

    /// <summary>Last port, or the ICMP code.</summary>
    public int? PortRangeMax { get; init; }

    /// <summary>The far side's prefix.</summary>
    public string? RemoteIPPrefix { get; init; }

    /// <summary>The far side's group.</summary>
    public string? RemoteGroupId { get; init; }

    /// <summary>The far side's address group; Neutron 21 ignores it, and so admits every address.</summary>
    public string? RemoteAddressGroupId { get; init; }
}
