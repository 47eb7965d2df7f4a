using System.Net;
using Plumbline.Primitives;

namespace Plumbline.Linux.Netlink;

/// <summary>
/// A NETLINK_ROUTE socket (rtnetlink(7)) inside one network namespace: lists what the kernel has, and changes links. Answers take
/// microseconds, so calls are synchronous; one caller at a time. Every kernel refusal is a <see cref="LinuxException"/> with errno
/// and the extended-ack text.
/// </summary>
public sealed partial class RouteNetlink : IDisposable
{
    /// <summary>Opens a socket in <paramref name="networkNamespace"/>, or in the calling thread's namespace where null.</summary>
    public static RouteNetlink Open(NetworkNamespace? networkNamespace = null) => throw new NotImplementedException();

    /// <summary>RTM_GETLINK dump with IFLA_EXT_MASK for everything, ordered by ifindex.</summary>
    public IReadOnlyList<Link> ListLinks() => throw new NotImplementedException();

    /// <summary>One link by name; null where there is none.</summary>
    public Link? FindLink(string name) => throw new NotImplementedException();

    /// <summary>RTM_GETADDR dump, both families.</summary>
    public IReadOnlyList<LinkAddress> ListAddresses() => throw new NotImplementedException();

    /// <summary>RTM_GETROUTE dump, both families, all tables.</summary>
    public IReadOnlyList<Route> ListRoutes() => throw new NotImplementedException();

    /// <summary>RTM_GETNEIGH dump, both families.</summary>
    public IReadOnlyList<Neighbour> ListNeighbours() => throw new NotImplementedException();

    /// <summary>RTM_GETNEIGH dump of family AF_BRIDGE.</summary>
    public IReadOnlyList<FdbEntry> ListFdb() => throw new NotImplementedException();

    /// <summary>
    /// RTM_GETNSID: the number that this namespace gives to <paramref name="other"/>; null where it has none (then no link here
    /// has its peer there).
    /// </summary>
    public int? GetNamespaceId(NetworkNamespace other) => throw new NotImplementedException();

    /// <summary>RTM_NEWLINK with NLM_F_CREATE | NLM_F_EXCL, all of <paramref name="options"/> in the one request.</summary>
    /// <returns>The new link (for veth: the near end) as the kernel shows it.</returns>
    public Link CreateLink(LinkOptions options) => throw new NotImplementedException();

    /// <summary>Changes what is set in <paramref name="change"/> of link <paramref name="ifIndex"/> (RTM_NEWLINK / RTM_SETLINK).</summary>
    public void ChangeLink(int ifIndex, LinkChange change) => throw new NotImplementedException();

    /// <summary>RTM_DELLINK.</summary>
    /// <returns>False where it was gone already (ENODEV).</returns>
    public bool DeleteLink(int ifIndex) => throw new NotImplementedException();

    /// <summary>RTM_NEWADDR; an address that is there already is fine.</summary>
    public void AddAddress(int ifIndex, IPAddress address, int prefixLength) => throw new NotImplementedException();

    /// <summary>RTM_NEWROUTE into table main; <paramref name="destination"/> null means default.</summary>
    public void AddRoute(IPAddress? destination, int prefixLength, IPAddress? gateway, int? ifIndex) =>
        throw new NotImplementedException();

    /// <summary>Closes the socket.</summary>
    public void Dispose() => throw new NotImplementedException();
}

/// <summary>A link to make.</summary>
public sealed record LinkOptions
{
    /// <summary>1–15 characters, no slash, no white space.</summary>
    public required string Name { get; init; }

    /// <summary>IFLA_INFO_KIND: <c>veth</c>, <c>bridge</c>, <c>dummy</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The other end of a veth pair; its <see cref="Kind"/> must be <c>veth</c> too.</summary>
    public LinkOptions? Peer { get; init; }

    /// <summary>Where to make it (for a peer); null: here.</summary>
    public NetworkNamespace? Namespace { get; init; }

    /// <summary>Bytes; null: the kernel's default.</summary>
    public int? Mtu { get; init; }

    /// <summary>Null: the kernel picks one.</summary>
    public MacAddress? Address { get; init; }

    /// <summary>IFLA_IFALIAS, set by a second request where the kernel wants that.</summary>
    public string? Alias { get; init; }

    /// <summary>IFLA_INET6_ADDR_GEN_MODE none (1): no link-local address when it comes up.</summary>
    public bool NoIpv6LinkLocal { get; init; }

    /// <summary>IFF_NOARP.</summary>
    public bool NoArp { get; init; }

    /// <summary>IFF_UP from the start.</summary>
    public bool Up { get; init; }

    /// <summary>Bridge settings for kind <c>bridge</c>; what is null keeps the kernel's default.</summary>
    public LinkData.Bridge? Bridge { get; init; }
}

/// <summary>What to change of a link; null leaves as is.</summary>
public sealed record LinkChange
{
    /// <summary>IFF_UP.</summary>
    public bool? Up { get; init; }

    /// <summary>IFF_PROMISC.</summary>
    public bool? Promiscuous { get; init; }

    /// <summary>IFLA_MTU in bytes.</summary>
    public int? Mtu { get; init; }

    /// <summary>IFLA_ADDRESS.</summary>
    public MacAddress? Address { get; init; }

    /// <summary>IFLA_MASTER: an ifindex, or 0 to leave the bridge.</summary>
    public int? MasterIndex { get; init; }

    /// <summary>IFLA_IFALIAS; empty clears.</summary>
    public string? Alias { get; init; }

    /// <summary>IFLA_IFNAME: a new name (the link must be down on older kernels).</summary>
    public string? Name { get; init; }

    /// <summary>IFLA_NET_NS_FD: moves it.</summary>
    public NetworkNamespace? Namespace { get; init; }

    /// <summary>IFLA_INFO_DATA of a bridge.</summary>
    public LinkData.Bridge? Bridge { get; init; }
}
