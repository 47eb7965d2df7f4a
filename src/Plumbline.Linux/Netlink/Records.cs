using System.Net;
using Plumbline.Primitives;

namespace Plumbline.Linux.Netlink;

/// <summary>An address of a link (RTM_NEWADDR, <c>struct ifaddrmsg</c>).</summary>
public sealed record LinkAddress
{
    /// <summary>The link it belongs to.</summary>
    public required int IfIndex { get; init; }

    /// <summary>IFA_LOCAL, or IFA_ADDRESS where that is absent.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Prefix length in bits.</summary>
    public required int PrefixLength { get; init; }

    /// <summary>ifa_scope: 0 global, 200 site, 253 link, 254 host.</summary>
    public int Scope { get; init; }

    /// <summary>IFA_ADDRESS of a point-to-point link.</summary>
    public IPAddress? Peer { get; init; }

    /// <summary>IFA_F_TENTATIVE or IFA_F_DADFAILED is set: not usable (yet).</summary>
    public bool Tentative { get; init; }
}

/// <summary>A route (RTM_NEWROUTE, <c>struct rtmsg</c>).</summary>
public sealed record Route
{
    /// <summary>RTA_DST; the unspecified address of the family for a default route.</summary>
    public required IPAddress Destination { get; init; }

    /// <summary>Prefix length in bits; 0 for a default route.</summary>
    public required int PrefixLength { get; init; }

    /// <summary>RTA_GATEWAY.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>RTA_OIF.</summary>
    public int? IfIndex { get; init; }

    /// <summary>RTA_PREFSRC.</summary>
    public IPAddress? Source { get; init; }

    /// <summary>RTA_PRIORITY.</summary>
    public uint? Metric { get; init; }

    /// <summary>RTA_TABLE: 254 main, 255 local.</summary>
    public uint Table { get; init; }

    /// <summary>RTN_ number: 1 unicast, 2 local, 3 broadcast, 6 blackhole, 7 unreachable.</summary>
    public int Type { get; init; }

    /// <summary>RTPROT_ number: 2 kernel, 3 boot, 4 static.</summary>
    public int Protocol { get; init; }

    /// <summary>rtm_scope: 0 universe, 253 link, 254 host.</summary>
    public int Scope { get; init; }

    /// <summary>RTA_MULTIPATH next hops; empty where there is one way.</summary>
    public IReadOnlyList<NextHop> NextHops { get; init; } = [];
}

/// <summary>One of several next hops (<c>struct rtnexthop</c>).</summary>
/// <param name="IfIndex">The link.</param>
/// <param name="Gateway">RTA_GATEWAY, null on link.</param>
/// <param name="Weight">1 or more.</param>
public sealed record NextHop(int IfIndex, IPAddress? Gateway, int Weight);

/// <summary>A neighbour entry (RTM_NEWNEIGH, <c>struct ndmsg</c>), AF_INET or AF_INET6.</summary>
public sealed record Neighbour
{
    /// <summary>The link.</summary>
    public required int IfIndex { get; init; }

    /// <summary>NDA_DST.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>NDA_LLADDR; null while unresolved.</summary>
    public MacAddress? LinkAddress { get; init; }

    /// <summary>NUD_ bits: 0x02 reachable, 0x04 stale, 0x20 failed, 0x80 permanent.</summary>
    public int State { get; init; }
}

/// <summary>A bridge forwarding entry (RTM_NEWNEIGH of family AF_BRIDGE).</summary>
public sealed record FdbEntry
{
    /// <summary>The bridge port (or VXLAN device) it is on.</summary>
    public required int IfIndex { get; init; }

    /// <summary>NDA_LLADDR.</summary>
    public required MacAddress Address { get; init; }

    /// <summary>NDA_MASTER: the bridge.</summary>
    public int? MasterIndex { get; init; }

    /// <summary>NDA_VLAN.</summary>
    public int? Vlan { get; init; }

    /// <summary>NDA_DST: the remote end of a VXLAN entry.</summary>
    public IPAddress? Remote { get; init; }

    /// <summary>NUD_ bits: 0x80 permanent (own address), 0x40 static, 0x02 learned and fresh.</summary>
    public int State { get; init; }
}

/// <summary>How a namespace numbers another one (RTM_NEWNSID): the key to <see cref="Link.LinkNamespaceId"/>.</summary>
/// <param name="Id">The number.</param>
/// <param name="Inode">The nsfs inode of the namespace that bears it.</param>
public sealed record NamespaceNumber(int Id, ulong Inode);
