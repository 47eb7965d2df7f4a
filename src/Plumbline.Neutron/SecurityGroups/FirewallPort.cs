using System.Net;
using Plumbline.Primitives;

namespace Plumbline.Neutron.SecurityGroups;

/// <summary>A port as the agent gets it.</summary>
public sealed record FirewallPort
{
    /// <summary>Its UUID.</summary>
    public required string Id { get; init; }

    /// <summary>Its MAC.</summary>
    public required MacAddress Address { get; init; }

    /// <summary>Its fixed addresses, both families.</summary>
    public IReadOnlyList<IPAddress> FixedAddresses { get; init; } = [];

    /// <summary>Further addresses that it may use.</summary>
    public IReadOnlyList<AllowedAddressPair> AllowedAddressPairs { get; init; } = [];

    /// <summary>UUIDs of its groups, in order.</summary>
    public IReadOnlyList<string> SecurityGroups { get; init; } = [];

    /// <summary>device_owner, e.g. <c>compute:nova</c>; <c>network:*</c> is trusted.</summary>
    public string Owner { get; init; } = "compute:nova";

    /// <summary>False: nothing is filtered.</summary>
    public bool PortSecurityEnabled { get; init; } = true;
}
