using Plumbline.Linux.Native;
using Plumbline.Linux.Netlink.Protocol;

namespace Plumbline.Linux.Netlink;

public sealed partial class RouteNetlink
{
    /// <summary>IFNAMSIZ less the zero that ends it.</summary>
    private const int LongestName = 15;

    /// <summary>RTM_GETLINK dump, ordered by ifindex; virtual functions (IFLA_VF_…) are not asked for.</summary>
    /// <exception cref="LinuxException">The kernel refused, or the list kept changing.</exception>
    public IReadOnlyList<Link> ListLinks()
    {
        var links = Dump(
            "links",
            () => DumpOf(RouteMessage.RTM_GETLINK, new ifinfomsg()),
            RouteMessage.RTM_NEWLINK,
            Link.Parse);
        links.Sort((a, b) => a.IfIndex.CompareTo(b.IfIndex));
        return links;
    }

    /// <summary>One link by name, or by alternative name; null where there is none.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public Link? FindLink(string name)
    {
        // a longer one can only be an alternative name; as IFLA_IFNAME the kernel would not take it
        var attribute = name.Length > LongestName ? LinkAttribute.IFLA_ALT_IFNAME : LinkAttribute.IFLA_IFNAME;
        return FindLink($"find link \"{name}\"", new ifinfomsg(), request => request.Attribute((int)attribute, name));
    }

    /// <summary>One link by number; null where there is none.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public Link? FindLink(int ifIndex) =>
        FindLink($"find link {ifIndex}", new ifinfomsg { ifi_index = ifIndex }, request => request);

    /// <summary>RTM_GETADDR dump, both families.</summary>
    /// <exception cref="LinuxException">The kernel refused, or the list kept changing.</exception>
    public IReadOnlyList<LinkAddress> ListAddresses() => Dump(
        "addresses",
        () => DumpOf(RouteMessage.RTM_GETADDR, new ifaddrmsg()),
        RouteMessage.RTM_NEWADDR,
        LinkAddress.Parse);

    /// <summary>RTM_GETROUTE dump, both families, all tables; cached copies (RTM_F_CLONED) are left out.</summary>
    /// <exception cref="LinuxException">The kernel refused, or the list kept changing.</exception>
    public IReadOnlyList<Route> ListRoutes() => [.. ListRoutes(Libc.AF_INET), .. ListRoutes(Libc.AF_INET6)];

    /// <summary>RTM_GETNEIGH dump, both families; mappings that need no asking (NUD_NOARP) are left out, as in ip-neigh(8).</summary>
    /// <exception cref="LinuxException">The kernel refused, or the list kept changing.</exception>
    public IReadOnlyList<Neighbour> ListNeighbours() => ListNeighbours(Libc.AF_UNSPEC);

    private List<Neighbour> ListNeighbours(byte family) => Dump(
        "neighbours",
        () => DumpOf(RouteMessage.RTM_GETNEIGH, new ndmsg { ndm_family = family }),
        RouteMessage.RTM_NEWNEIGH,
        payload => FixedHeader.Read<ndmsg>(payload) is
        {
            ndm_family: Libc.AF_INET or Libc.AF_INET6,
            ndm_state: var state,
        } && state != NeighbourState.NUD_NOARP ? Neighbour.Parse(payload) : null);

    /// <summary>RTM_GETNEIGH dump of family AF_BRIDGE.</summary>
    /// <exception cref="LinuxException">The kernel refused, or the list kept changing.</exception>
    public IReadOnlyList<FdbEntry> ListFdb() => Dump(
        "bridge forwarding entries",
        () => DumpOf(RouteMessage.RTM_GETNEIGH, new ndmsg { ndm_family = Libc.AF_BRIDGE }),
        RouteMessage.RTM_NEWNEIGH,
        payload => FixedHeader.Read<ndmsg>(payload).ndm_family == Libc.AF_BRIDGE ? FdbEntry.Parse(payload) : null);

    /// <summary>
    /// RTM_GETNSID: the number that this namespace gives to <paramref name="other"/>; null where it has none (then no link here
    /// has its peer there). Asking makes no number.
    /// </summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public int? GetNamespaceId(NetworkNamespace other)
    {
        int? id = null;
        Request(
            "look up a namespace's number",
            new MessageWriter(RouteMessage.RTM_GETNSID, MessageFlags.NLM_F_ACK)
                .Header(new rtgenmsg())
                .Attribute(NamespaceAttribute.NETNSA_FD, (int)other.File.DangerousGetHandle()),
            (type, payload) =>
            {
                var attributes = new AttributeReader(payload[rtgenmsg.Length..]);
                while (type == RouteMessage.RTM_NEWNSID && attributes.Read())
                {
                    if (attributes.Type == NamespaceAttribute.NETNSA_NSID)
                    {
                        id = attributes.Int32();
                    }
                }
            });
        GC.KeepAlive(other);
        return id == NamespaceAttribute.NETNSA_NSID_NOT_ASSIGNED ? null : id;
    }

    /// <summary>A kernel without IPv6 answers for all families at once, so each route is asked for its own.</summary>
    private List<Route> ListRoutes(byte family) => Dump(
        "routes",
        () => DumpOf(RouteMessage.RTM_GETROUTE, new rtmsg { rtm_family = family }),
        RouteMessage.RTM_NEWROUTE,
        payload => FixedHeader.Read<rtmsg>(payload) is var header
            && header.rtm_family == family && (header.rtm_flags & RouteNumber.RTM_F_CLONED) == 0
                ? Route.Parse(payload)
                : null);

    private Link? FindLink(string what, in ifinfomsg header, Func<MessageWriter, MessageWriter> with)
    {
        Link? link = null;
        try
        {
            Request(
                what,
                with(new MessageWriter(RouteMessage.RTM_GETLINK, MessageFlags.NLM_F_ACK).Header(header)),
                (type, payload) => link = type == RouteMessage.RTM_NEWLINK ? Link.Parse(payload) : link);
        }
        catch (LinuxException e) when (e.Errno is Libc.ENODEV or Libc.EINVAL or Libc.ERANGE)
        {
            // ENODEV: there is none. The others: there cannot be one, the name is too long or has odd characters
            return null;
        }
        return link;
    }

    private static MessageWriter DumpOf<T>(RouteMessage type, in T header)
        where T : unmanaged => new MessageWriter(type, MessageFlags.NLM_F_DUMP).Header(header);
}
