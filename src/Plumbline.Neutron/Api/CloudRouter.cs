using System.Net;

namespace Plumbline.Neutron.Api;

/// <summary>A router.</summary>
/// <param name="Id">UUID.</param>
/// <param name="Name">Display name; may be empty.</param>
/// <param name="IsUp"><c>admin_state_up</c>.</param>
/// <param name="GatewayAddresses">Its addresses outside.</param>
/// <param name="HasSnat">What goes out bears the router's address.</param>
/// <param name="Routes">Static routes: destination and next hop.</param>
public sealed record CloudRouter(
    string Id, string Name, bool IsUp, IReadOnlyList<IPAddress> GatewayAddresses, bool HasSnat,
    IReadOnlyList<(IPNetwork Destination, IPAddress NextHop)> Routes);
