using System.Net;

namespace Plumbline.Linux.Netlink;

/// <summary>One of several next hops (<c>struct rtnexthop</c>).</summary>
/// <param name="IfIndex">The link.</param>
/// <param name="Gateway">RTA_GATEWAY, null on link.</param>
/// <param name="Weight">1 or more.</param>
public sealed record NextHop(int IfIndex, IPAddress? Gateway, int Weight);
