using System.Net;
using Plumbline.Linux.Native;
using Plumbline.Linux.Netlink.Protocol;

namespace Plumbline.Linux.Netlink;

public sealed partial record Route
{
    /// <summary>Reads RTM_NEWROUTE from behind the netlink header: <c>struct rtmsg</c>, RTA_ attributes.</summary>
    /// <exception cref="InvalidDataException">A length overruns the message.</exception>
    internal static Route Parse(ReadOnlySpan<byte> message)
    {
        var header = FixedHeader.Read<rtmsg>(message);
        var route = new Route
        {
            Destination = header.rtm_family == Libc.AF_INET6 ? IPAddress.IPv6Any : IPAddress.Any,
            PrefixLength = header.rtm_dst_len,
            Table = header.rtm_table,
            Type = header.rtm_type,
            Protocol = header.rtm_protocol,
            Scope = header.rtm_scope,
        };
        var attributes = new AttributeReader(message[rtmsg.Length..]);
        while (attributes.Read())
        {
            route = (RouteAttribute)attributes.Type switch
            {
                RouteAttribute.RTA_DST => route with { Destination = attributes.Address() ?? route.Destination },
                RouteAttribute.RTA_GATEWAY => route with { Gateway = attributes.Address() },
                RouteAttribute.RTA_VIA => route with { Gateway = Via(attributes.Value) },
                RouteAttribute.RTA_OIF => route with { IfIndex = attributes.Int32() },
                RouteAttribute.RTA_PREFSRC => route with { Source = attributes.Address() },
                RouteAttribute.RTA_PRIORITY => route with { Metric = attributes.UInt32() },
                RouteAttribute.RTA_TABLE => route with { Table = attributes.UInt32() },
                RouteAttribute.RTA_MULTIPATH => route with { NextHops = ParseNextHops(attributes.Value) },
                _ => route,
            };
        }
        return route;
    }

    /// <summary><c>struct rtnexthop</c>s one behind the other, each with its attributes.</summary>
    private static List<NextHop> ParseNextHops(ReadOnlySpan<byte> rest)
    {
        var hops = new List<NextHop>();
        while (rest.Length >= rtnexthop.Length)
        {
            var header = FixedHeader.Read<rtnexthop>(rest);
            if (header.rtnh_len < rtnexthop.Length || header.rtnh_len > rest.Length)
            {
                throw new InvalidDataException($"a next hop of {header.rtnh_len} bytes where {rest.Length} are left");
            }
            IPAddress? gateway = null;
            var attributes = new AttributeReader(rest[rtnexthop.Length..header.rtnh_len]);
            while (attributes.Read())
            {
                gateway = (RouteAttribute)attributes.Type switch
                {
                    RouteAttribute.RTA_GATEWAY => attributes.Address(),
                    RouteAttribute.RTA_VIA => Via(attributes.Value),
                    _ => gateway,
                };
            }
            hops.Add(new(header.rtnh_ifindex, gateway, header.rtnh_hops + 1));
            rest = rest[Math.Min(AttributeReader.Align(header.rtnh_len), rest.Length)..];
        }
        return hops;
    }

    /// <summary><c>struct rtvia</c>: u16 family, address. A gateway of another family than the route's.</summary>
    private static IPAddress? Via(ReadOnlySpan<byte> via) => via.Length is 6 or 18 ? new IPAddress(via[2..]) : null;
}
