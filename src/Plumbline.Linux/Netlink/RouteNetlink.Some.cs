using Plumbline.Linux.Native;
using Plumbline.Linux.Netlink.Protocol;

namespace Plumbline.Linux.Netlink;

/// <summary>Lists for who wants a few of thousands: what is not wanted is passed over where it stands.</summary>
public sealed partial class RouteNetlink
{
    /// <summary>RTM_GETLINK dump of VLAN devices: the kernel passes over the others.</summary>
    /// <exception cref="LinuxException">The kernel refused, or the list kept changing.</exception>
    public IReadOnlyList<Link> ListVlanLinks() => !Directory.Exists("/proc/self/net/vlan") ? [] : Dump(
        "links of kind vlan",
        // a kind that the kernel does not know (no module 8021q) would be no filter
        () =>
        {
            var request = DumpOf(RouteMessage.RTM_GETLINK, new ifinfomsg());
            return request.Nested((int)LinkAttribute.IFLA_LINKINFO, () => request.Attribute((int)InfoAttribute.IFLA_INFO_KIND, "vlan"));
        },
        RouteMessage.RTM_NEWLINK,
        payload => Link.Parse(payload) is { Kind: "vlan" } link ? link : null);

    /// <summary>RTM_GETLINK dump of the members of a bridge, bond or VRF.</summary>
    /// <exception cref="LinuxException">The kernel refused, or the list kept changing.</exception>
    public IReadOnlyList<Link> ListMembers(int masterIndex) => Dump(
        "members",
        () => DumpOf(RouteMessage.RTM_GETLINK, new ifinfomsg()).Attribute((int)LinkAttribute.IFLA_MASTER, masterIndex),
        RouteMessage.RTM_NEWLINK,
        payload => Link.Parse(payload) is { } link && link.MasterIndex == masterIndex ? link : null);

    /// <summary>As <see cref="ListFdb()"/>, of one bridge port, or of what a bridge itself has.</summary>
    /// <remarks>By port the kernel passes over thousands of others ten times as fast as by bridge (net/core/rtnetlink.c, rtnl_fdb_dump).</remarks>
    /// <exception cref="LinuxException">The kernel refused, or the list kept changing.</exception>
    public IReadOnlyList<FdbEntry> ListFdb(int ifIndex) => Dump(
        "bridge forwarding entries",
        () => DumpOf(RouteMessage.RTM_GETNEIGH, new ndmsg { ndm_family = Libc.AF_BRIDGE, ndm_ifindex = ifIndex }),
        RouteMessage.RTM_NEWNEIGH,
        // a kernel that does not check strictly (before 4.20) tells all
        payload => FixedHeader.Read<ndmsg>(payload) is { ndm_family: Libc.AF_BRIDGE } header && header.ndm_ifindex == ifIndex ? FdbEntry.Parse(payload) : null);

    /// <summary>As <see cref="ListAddresses()"/>, of IPv4 alone: every device that is up has an IPv6 address.</summary>
    /// <exception cref="LinuxException">The kernel refused, or the list kept changing.</exception>
    public IReadOnlyList<LinkAddress> ListIPv4Addresses() => Dump(
        "addresses",
        () => DumpOf(RouteMessage.RTM_GETADDR, new ifaddrmsg { ifa_family = Libc.AF_INET }),
        RouteMessage.RTM_NEWADDR,
        LinkAddress.Parse);

    /// <summary>As <see cref="ListNeighbours()"/>, of IPv4 alone.</summary>
    /// <exception cref="LinuxException">The kernel refused, or the list kept changing.</exception>
    public IReadOnlyList<Neighbour> ListIPv4Neighbours() => ListNeighbours(Libc.AF_INET);

    /// <summary>As <see cref="ListRoutes()"/>, of IPv4 alone.</summary>
    /// <exception cref="LinuxException">The kernel refused, or the list kept changing.</exception>
    public IReadOnlyList<Route> ListIPv4Routes() => ListRoutes(Libc.AF_INET);
}
