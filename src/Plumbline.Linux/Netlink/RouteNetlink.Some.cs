using Plumbline.Linux.Native;
using Plumbline.Linux.Netlink.Protocol;

namespace Plumbline.Linux.Netlink;

/// <summary>Lists for who wants a few of thousands: what is not wanted is passed over where it stands.</summary>
public sealed partial class RouteNetlink
{
    /// <summary>linux/rtnetlink.h: counters are half of what the kernel writes of a link.</summary>
    private const int RTEXT_FILTER_SKIP_STATS = 8;

    /// <summary>RTM_GETLINK dump in outline, as the kernel orders it.</summary>
    /// <exception cref="LinuxException">The kernel refused, or the list kept changing.</exception>
    public IReadOnlyList<LinkOutline> ListLinkOutlines()
    {
        var kept = new KeptMessages();
        return Dump(
            "links",
            () => DumpOf(RouteMessage.RTM_GETLINK, new ifinfomsg()).Attribute((int)LinkAttribute.IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS),
            RouteMessage.RTM_NEWLINK,
            message => ParseOutline(message) with { Message = kept.Keep(message) });
    }

    /// <summary>As <see cref="ListFdb()"/>, of ports with one of these numbers.</summary>
    /// <exception cref="LinuxException">The kernel refused, or the list kept changing.</exception>
    public IReadOnlyList<FdbEntry> ListFdb(IReadOnlySet<int> ports) => Dump(
        "bridge forwarding entries",
        () => DumpOf(RouteMessage.RTM_GETNEIGH, new ndmsg { ndm_family = Libc.AF_BRIDGE }),
        RouteMessage.RTM_NEWNEIGH,
        payload => FixedHeader.Read<ndmsg>(payload) is { ndm_family: Libc.AF_BRIDGE } header && ports.Contains(header.ndm_ifindex)
            ? FdbEntry.Parse(payload) : null);

    /// <summary>As <see cref="ListRoutes()"/>, of IPv4 alone.</summary>
    /// <exception cref="LinuxException">The kernel refused, or the list kept changing.</exception>
    public IReadOnlyList<Route> ListIPv4Routes() => ListRoutes(Libc.AF_INET);

    private static LinkOutline ParseOutline(ReadOnlySpan<byte> message)
    {
        var header = FixedHeader.Read<ifinfomsg>(message);
        var name = "";
        int master = 0, lower = 0;
        bool isAbroad = false, isBridge = false;
        var attributes = new AttributeReader(message[ifinfomsg.Length..]);
        while (attributes.Read())
        {
            switch ((LinkAttribute)attributes.Type)
            {
                case LinkAttribute.IFLA_IFNAME:
                    name = attributes.Text();
                    break;
                case LinkAttribute.IFLA_MASTER:
                    master = attributes.Int32();
                    break;
                case LinkAttribute.IFLA_LINK:
                    lower = attributes.Int32();
                    break;
                case LinkAttribute.IFLA_LINK_NETNSID:
                    isAbroad = true;
                    break;
                case LinkAttribute.IFLA_LINKINFO:
                    var info = attributes.Nested();
                    while (info.Read())
                    {
                        isBridge |= (InfoAttribute)info.Type == InfoAttribute.IFLA_INFO_KIND && info.Value.StartsWith("bridge\0"u8);
                    }
                    break;
                default:
                    break;
            }
        }
        return new(header.ifi_index, name, master, lower, isAbroad, isBridge);
    }
}
