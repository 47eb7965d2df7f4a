using System.Net;
using Plumbline.Primitives;

namespace Plumbline.Neutron.SecurityGroups;

/// <summary>A port as the agent gets it.</summary>
public sealed record FirewallPort
{
    /// <summary>Its UUID; with the Linux bridge driver its tap.</summary>
    public required string Id { get; init; }

    /// <summary>Its MAC.</summary>
    public required MacAddress Address { get; init; }

    /// <summary>Its fixed addresses, both families.</summary>
    public IReadOnlyList<IPAddress> FixedAddresses { get; init; } = [];

    /// <summary>
    /// The fixed addresses as they were told, in the same order, where one was told otherwise than inet_ntop(3) prints it; else null.
    /// Neutron copies this text into DHCP rules and compares members with it; everywhere else it makes it anew.
    /// </summary>
    public IReadOnlyList<string>? FixedTexts { get; init; }

    /// <summary>Further addresses that it may use.</summary>
    public IReadOnlyList<AllowedAddressPair> AllowedAddressPairs { get; init; } = [];

    /// <summary>UUIDs of its groups, in order.</summary>
    public IReadOnlyList<string> SecurityGroups { get; init; } = [];

    /// <summary>Its network's UUID; the Linux bridge driver names bridges and zones by it.</summary>
    public string NetworkId { get; init; } = "";

    /// <summary>device_owner, e.g. <c>compute:nova</c>; <c>network:*</c> is trusted.</summary>
    public string Owner { get; init; } = "compute:nova";

    /// <summary>False: nothing is filtered.</summary>
    public bool PortSecurityEnabled { get; init; } = true;

    /// <summary>DHCP servers of its network: before Pike a port takes DHCP from these only.</summary>
    public IReadOnlyList<IPAddress> DhcpServers { get; init; } = [];

    /// <summary>Link-local addresses of its network's routers: before Pike a port takes router advertisements from these only.</summary>
    public IReadOnlyList<IPAddress> Routers { get; init; } = [];

    /// <summary>True for DHCP, router and the like: the agent lets it through unasked.</summary>
    public bool IsTrusted => Owner.StartsWith("network:", StringComparison.Ordinal);

    /// <summary>True where this text is one of the fixed addresses, as it was told.</summary>
    internal bool HasFixedText(string text) =>
        FixedTexts?.Contains(text) ?? FixedAddresses.Any(a => IPText.Of(a) == text);
}
