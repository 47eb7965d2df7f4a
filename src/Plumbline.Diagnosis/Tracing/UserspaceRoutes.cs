using System.Net;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>
/// The kernel's routes as Open vSwitch's userspace datapath takes them for its tunnels (lib/ovs-router.c): it has no word for blackhole, unreachable and
/// prohibit, and leaves out a route for which it finds no source address: one without a gateway, by a device that has no address in the same
/// subnet as the destination. The next best then counts.
/// </summary>
internal static class UserspaceRoutes
{
    private const int Unicast = 1;
    private const uint LocalTable = 255;

    /// <summary>The route to an address; null where none is left.</summary>
    public static Route? Find(NamespaceFacts own, IPAddress to)
    {
        Route? best = null;
        foreach (var route in own.Routes)
        {
            if (route.Table != LocalTable && route.Type is 0 or Unicast && route.Destination.AddressFamily == to.AddressFamily
                && new IPNetwork(route.Destination, route.PrefixLength).Contains(to)
                && (best is null || route.PrefixLength > best.PrefixLength
                    || route.PrefixLength == best.PrefixLength && (route.Metric ?? 0) < (best.Metric ?? 0))
                && HasSource(own, route))
            {
                best = route;
            }
        }
        return best;
    }

    /// <summary>It has an address to send from by that route.</summary>
    private static bool HasSource(NamespaceFacts own, Route route) => route.Source is not null || route.NextHops.Count > 0
        || own.Addresses.Any(a => a.IfIndex == route.IfIndex && a.Address.AddressFamily == route.Destination.AddressFamily
            && new IPNetwork(TraceSpace.Masked(a.Address, a.PrefixLength), a.PrefixLength) is var subnet
            && (subnet.Contains(route.Destination) || route.Gateway is { } gateway && subnet.Contains(gateway)));
}
