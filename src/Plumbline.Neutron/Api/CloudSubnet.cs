using System.Net;

namespace Plumbline.Neutron.Api;

/// <summary>A subnet.</summary>
/// <param name="Id">UUID.</param>
/// <param name="NetworkId">Its network.</param>
/// <param name="Prefix">Its addresses.</param>
/// <param name="Gateway">The address that its guests route through; null: none.</param>
/// <param name="HasDhcp"><c>enable_dhcp</c>.</param>
public sealed record CloudSubnet(string Id, string NetworkId, IPNetwork Prefix, IPAddress? Gateway, bool HasDhcp);
