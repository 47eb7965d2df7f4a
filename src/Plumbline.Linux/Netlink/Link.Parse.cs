using Plumbline.Linux.Netlink.Protocol;

namespace Plumbline.Linux.Netlink;

public sealed partial record Link
{
    /// <summary>Reads RTM_NEWLINK from behind the netlink header: <c>struct ifinfomsg</c>, IFLA_ attributes.</summary>
    /// <exception cref="InvalidDataException">A length overruns the message.</exception>
    internal static Link Parse(ReadOnlySpan<byte> message)
    {
        var header = FixedHeader.Read<ifinfomsg>(message);
        var link = new Link
        {
            IfIndex = header.ifi_index,
            Name = "",
            HardwareType = header.ifi_type,
            Flags = (LinkFlags)header.ifi_flags,
        };
        List<UnknownAttribute>? unknown = null;
        var attributes = new AttributeReader(message[ifinfomsg.Length..]);
        while (attributes.Read())
        {
            switch ((LinkAttribute)attributes.Type)
            {
                case LinkAttribute.IFLA_IFNAME:
                    link = link with { Name = attributes.Text() };
                    break;
                case LinkAttribute.IFLA_OPERSTATE:
                    link = link with { OperationalState = (OperationalState)attributes.Byte() };
                    break;
                case LinkAttribute.IFLA_MTU:
                    link = link with { Mtu = attributes.Int32() };
                    break;
                case LinkAttribute.IFLA_ADDRESS:
                    link = link with { Address = attributes.Mac() };
                    break;
                case LinkAttribute.IFLA_MASTER:
                    link = link with { MasterIndex = attributes.Int32() };
                    break;
                case LinkAttribute.IFLA_LINK:
                    link = link with { LinkIndex = attributes.Int32() is var index and not 0 ? index : null };
                    break;
                case LinkAttribute.IFLA_LINK_NETNSID:
                    link = link with { LinkNamespaceId = attributes.Int32() };
                    break;
                case LinkAttribute.IFLA_IFALIAS:
                    link = link with { Alias = attributes.Text() };
                    break;
                case LinkAttribute.IFLA_PROMISCUITY:
                    link = link with { Promiscuity = attributes.Int32() };
                    break;
                case LinkAttribute.IFLA_TXQLEN:
                    link = link with { TransmitQueueLength = attributes.Int32() };
                    break;
                case LinkAttribute.IFLA_STATS64:
                    link = link with { Statistics = LinkStatistics.Parse(attributes.Value) };
                    break;
                case LinkAttribute.IFLA_LINKINFO:
                    link = link.WithInfo(attributes.Nested());
                    break;
                default:
                    if (!IsTold(attributes))
                    {
                        (unknown ??= []).Add(new(attributes.Type, attributes.Value.ToArray()));
                    }
                    break;
            }
        }
        return unknown is null ? link : link with { Unknown = unknown };
    }

    /// <summary>IFLA_LINKINFO. The kernel writes the kind before its data, so one pass does.</summary>
    private Link WithInfo(AttributeReader info)
    {
        var link = this;
        while (info.Read())
        {
            switch ((InfoAttribute)info.Type)
            {
                case InfoAttribute.IFLA_INFO_KIND:
                    link = link with { Kind = info.Text() };
                    break;
                case InfoAttribute.IFLA_INFO_DATA:
                    link = link with { Data = LinkData.Parse(link.Kind, info.Nested()) };
                    break;
                case InfoAttribute.IFLA_INFO_SLAVE_KIND:
                    link = link with { MemberKind = info.Text() };
                    break;
                case InfoAttribute.IFLA_INFO_SLAVE_DATA when link.MemberKind == "bridge":
                    link = link with { BridgePort = BridgePortData.Parse(info.Nested()) };
                    break;
            }
        }
        return link;
    }

    /// <summary>
    /// The attributes that every link has and no question asks about, so that a snapshot of thousands of links stays small:
    /// sizes for offload, queue counts, and what another attribute or a flag says already.
    /// </summary>
    private static bool IsTold(AttributeReader attribute)
    {
        switch ((LinkAttribute)attribute.Type)
        {
            case LinkAttribute.IFLA_BROADCAST:
            case LinkAttribute.IFLA_QDISC:
            case LinkAttribute.IFLA_STATS:
            case LinkAttribute.IFLA_PROTINFO:
            case LinkAttribute.IFLA_MAP:
            case LinkAttribute.IFLA_LINKMODE:
            case LinkAttribute.IFLA_NUM_VF:
            case LinkAttribute.IFLA_AF_SPEC:
            case LinkAttribute.IFLA_GROUP:
            case LinkAttribute.IFLA_EXT_MASK:
            case LinkAttribute.IFLA_NUM_TX_QUEUES:
            case LinkAttribute.IFLA_NUM_RX_QUEUES:
            case LinkAttribute.IFLA_CARRIER:
            case LinkAttribute.IFLA_CARRIER_CHANGES:
            case LinkAttribute.IFLA_PROTO_DOWN:
            case LinkAttribute.IFLA_GSO_MAX_SEGS:
            case LinkAttribute.IFLA_GSO_MAX_SIZE:
            case LinkAttribute.IFLA_PAD:
            case LinkAttribute.IFLA_EVENT:
            case LinkAttribute.IFLA_CARRIER_UP_COUNT:
            case LinkAttribute.IFLA_CARRIER_DOWN_COUNT:
            case LinkAttribute.IFLA_MIN_MTU:
            case LinkAttribute.IFLA_MAX_MTU:
            case LinkAttribute.IFLA_GRO_MAX_SIZE:
            case LinkAttribute.IFLA_TSO_MAX_SIZE:
            case LinkAttribute.IFLA_TSO_MAX_SEGS:
            case LinkAttribute.IFLA_ALLMULTI:
            case LinkAttribute.IFLA_GSO_IPV4_MAX_SIZE:
            case LinkAttribute.IFLA_GRO_IPV4_MAX_SIZE:
            case LinkAttribute.IFLA_MAX_PACING_OFFLOAD_HORIZON:
            case LinkAttribute.IFLA_NETNS_IMMUTABLE:
            case LinkAttribute.IFLA_HEADROOM:
            case LinkAttribute.IFLA_TAILROOM:
                return true;
            case LinkAttribute.IFLA_DEVLINK_PORT:
            case LinkAttribute.IFLA_DPLL_PIN:
                return attribute.Value.IsEmpty; // a container that every link has, filled for hardware only
            case LinkAttribute.IFLA_XDP:
                // a program that is attached may well drop packets: that one is kept
                return !IsXdpAttached(attribute.Nested());
            default:
                return false;
        }
    }

    /// <summary>IFLA_XDP_ATTACHED (2) is XDP_ATTACHED_NONE (0) on a link without a program.</summary>
    private static bool IsXdpAttached(AttributeReader xdp)
    {
        while (xdp.Read())
        {
            if (xdp.Type == 2)
            {
                return xdp.Byte() != 0;
            }
        }
        return false;
    }
}
