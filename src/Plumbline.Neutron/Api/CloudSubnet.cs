using System.Net;

namespace Plumbline.Neutron.Api;

/// <summary>A subnet.</summary>
/// <param name="Id">UUID.</param>
/// <param name="NetworkId">Its network.</param>
/// <param name="Prefix">Its addresses.</param>
/// <param name="Gateway">The address that its guests route through; null: none.</param>
/// <param name="HasDhcp"><c>enable_dhcp</c>.</param>
public sealed record CloudSubnet(string Id, string NetworkId, IPNetwork Prefix, IPAddress? Gateway, bool HasDhcp)
{
    /// <summary><c>dns_nameservers</c>: whom guests are told to ask for names.</summary>
    public IReadOnlyList<IPAddress> NameServers { get; init; } = [];

    /// <summary><c>ipv6_ra_mode</c>: <c>slaac</c>, <c>dhcpv6-stateless</c>, <c>dhcpv6-stateful</c>; null: Neutron's router advertises nothing, or not told.</summary>
    public string? RouterAdvertisements { get; init; }

    /// <summary>The API told of name servers, even if of none.</summary>
    public bool AreNameServersTold { get; init; }
}
