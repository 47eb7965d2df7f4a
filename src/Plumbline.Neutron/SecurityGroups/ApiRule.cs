namespace Plumbline.Neutron.SecurityGroups;

/// <summary>A security group rule as somebody gives it to Neutron's API, not checked yet.</summary>
public sealed record ApiRule
{
    /// <summary><c>ingress</c> or <c>egress</c>.</summary>
    public string? Direction { get; init; }

    /// <summary><c>IPv4</c> or <c>IPv6</c> in any case; null: IPv4.</summary>
    public string? Ethertype { get; init; }

    /// <summary>Name in any case, or number; null: any.</summary>
    public string? Protocol { get; init; }

    /// <summary>First port, or the ICMP type.</summary>
    public long? PortRangeMin { get; init; }

    /// <summary>Last port, or the ICMP code.</summary>
    public long? PortRangeMax { get; init; }

    /// <summary>The far side's prefix.</summary>
    public string? RemoteIPPrefix { get; init; }

    /// <summary>The far side's group.</summary>
    public string? RemoteGroupId { get; init; }

    /// <summary>The far side's address group.</summary>
    public string? RemoteAddressGroupId { get; init; }
}
