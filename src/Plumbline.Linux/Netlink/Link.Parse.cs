using Plumbline.Linux.Netlink.Protocol;
using Plumbline.Primitives;

namespace Plumbline.Linux.Netlink;

public sealed partial record Link
{
    /// <summary>Reads RTM_NEWLINK from behind the netlink header: <c>struct ifinfomsg</c>, IFLA_ attributes.</summary>
    /// <exception cref="InvalidDataException">A length overruns the message.</exception>
    internal static Link Parse(ReadOnlySpan<byte> message)
    {
        var header = FixedHeader.Read<ifinfomsg>(message);
        // locals and one record at the end: a copy for each attribute was half the cost of listing thousands of links
        string name = "";
        string? alias = null;
        OperationalState? state = null;
        MacAddress? address = null;
        LinkStatistics? statistics = null;
        int? mtu = null, master = null, lower = null, lowerNamespace = null, promiscuity = null, queue = null;
        string? discipline = null;
        var info = default(LinkInfo);
        List<UnknownAttribute>? unknown = null;
        var attributes = new AttributeReader(message[ifinfomsg.Length..]);
        while (attributes.Read())
        {
            switch ((LinkAttribute)attributes.Type)
            {
                case LinkAttribute.IFLA_IFNAME:
                    name = attributes.Text();
                    break;
                case LinkAttribute.IFLA_OPERSTATE:
                    state = (OperationalState)attributes.Byte();
                    break;
                case LinkAttribute.IFLA_MTU:
                    mtu = attributes.Int32();
                    break;
                case LinkAttribute.IFLA_ADDRESS:
                    address = attributes.Mac();
                    break;
                case LinkAttribute.IFLA_MASTER:
                    master = attributes.Int32();
                    break;
                case LinkAttribute.IFLA_LINK:
                    lower = attributes.Int32() is var index and not 0 ? index : null;
                    break;
                case LinkAttribute.IFLA_LINK_NETNSID:
                    lowerNamespace = attributes.Int32();
                    break;
                case LinkAttribute.IFLA_IFALIAS:
                    alias = attributes.Text();
                    break;
                case LinkAttribute.IFLA_PROMISCUITY:
                    promiscuity = attributes.Int32();
                    break;
                case LinkAttribute.IFLA_TXQLEN:
                    queue = attributes.Int32();
                    break;
                case LinkAttribute.IFLA_QDISC:
                    discipline = SharedText(attributes);
                    break;
                case LinkAttribute.IFLA_STATS64:
                    statistics = LinkStatistics.Parse(attributes.Value);
                    break;
                case LinkAttribute.IFLA_LINKINFO:
                    info = LinkInfo.Parse(attributes.Nested());
                    break;
                default:
                    if (!IsTold(attributes))
                    {
                        (unknown ??= []).Add(new(attributes.Type, attributes.Value.ToArray()));
                    }
                    break;
            }
        }
        return new()
        {
            IfIndex = header.ifi_index,
            Name = name,
            HardwareType = header.ifi_type,
            Flags = (LinkFlags)header.ifi_flags,
            OperationalState = state,
            Mtu = mtu,
            Address = address,
            MasterIndex = master,
            LinkIndex = lower,
            LinkNamespaceId = lowerNamespace,
            Alias = alias,
            Promiscuity = promiscuity,
            TransmitQueueLength = queue,
            QueueDiscipline = discipline,
            Kind = info.Kind,
            Data = info.Data,
            MemberKind = info.MemberKind,
            BridgePort = info.BridgePort,
            Statistics = statistics,
            Unknown = unknown is null ? [] : unknown,
        };
    }

    /// <summary>IFLA_LINKINFO.</summary>
    private readonly record struct LinkInfo(string? Kind, LinkData? Data, string? MemberKind, BridgePortData? BridgePort)
    {
        /// <summary>The kernel writes the kind before its data, so one pass does.</summary>
        public static LinkInfo Parse(AttributeReader info)
        {
            string? kind = null;
            LinkData? data = null;
            string? memberKind = null;
            BridgePortData? port = null;
            while (info.Read())
            {
                switch ((InfoAttribute)info.Type)
                {
                    case InfoAttribute.IFLA_INFO_KIND:
                        kind = SharedText(info);
                        break;
                    case InfoAttribute.IFLA_INFO_DATA:
                        data = LinkData.Parse(kind, info.Nested());
                        break;
                    case InfoAttribute.IFLA_INFO_SLAVE_KIND:
                        memberKind = SharedText(info);
                        break;
                    case InfoAttribute.IFLA_INFO_SLAVE_DATA when memberKind == "bridge":
                        port = BridgePortData.Parse(info.Nested());
                        break;
                }
            }
            return new(kind, data, memberKind, port);
        }
    }

    /// <summary>The few words that thousands of links share are one string each.</summary>
    private static string SharedText(in AttributeReader attribute)
    {
        var value = attribute.Value;
        return value.SequenceEqual("veth\0"u8) ? "veth"
            : value.SequenceEqual("tun\0"u8) ? "tun"
            : value.SequenceEqual("bridge\0"u8) ? "bridge"
            : value.SequenceEqual("noqueue\0"u8) ? "noqueue"
            : value.SequenceEqual("fq_codel\0"u8) ? "fq_codel"
            : value.SequenceEqual("pfifo_fast\0"u8) ? "pfifo_fast"
            : value.SequenceEqual("noop\0"u8) ? "noop"
            : attribute.Text();
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
