using Plumbline.Primitives;

namespace Plumbline.Linux.Netlink;

/// <summary>One network interface as the kernel reports it in RTM_NEWLINK (rtnetlink(7)).</summary>
public sealed record Link
{
    /// <summary>The kernel's <c>ifindex</c>: 1 or more, unique within one network namespace only.</summary>
    public required int IfIndex { get; init; }

    /// <summary>IFLA_IFNAME, at most 15 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The ARPHRD_ number of the link layer: 1 Ethernet, 772 loopback, 778 GRE.</summary>
    public int HardwareType { get; init; }

    /// <summary>The IFF_ flags of <c>struct ifinfomsg</c>.</summary>
    public LinkFlags Flags { get; init; }

    /// <summary>IFLA_OPERSTATE (RFC 2863); null where not told.</summary>
    public OperationalState? OperationalState { get; init; }

    /// <summary>IFLA_MTU in bytes, without the link-layer header.</summary>
    public int? Mtu { get; init; }

    /// <summary>IFLA_ADDRESS of an Ethernet-like link.</summary>
    public MacAddress? Address { get; init; }

    /// <summary>IFLA_MASTER: the bridge (or bond, VRF, ovs-system) it is a member of.</summary>
    public int? MasterIndex { get; init; }

    /// <summary>IFLA_LINK: the veth peer, or the device below a VLAN or tunnel; in <see cref="LinkNamespaceId"/> where given.</summary>
    public int? LinkIndex { get; init; }

    /// <summary>IFLA_LINK_NETNSID: the namespace of <see cref="LinkIndex"/> as numbered in this namespace; null: this one.</summary>
    public int? LinkNamespaceId { get; init; }

    /// <summary>IFLA_IFALIAS.</summary>
    public string? Alias { get; init; }

    /// <summary>IFLA_PROMISCUITY: how many users asked for promiscuous mode.</summary>
    public int? Promiscuity { get; init; }

    /// <summary>IFLA_TXQLEN in packets.</summary>
    public int? TransmitQueueLength { get; init; }

    /// <summary>IFLA_INFO_KIND: veth, bridge, tun, dummy, vxlan, gretap, vlan, bond, openvswitch …; null for hardware.</summary>
    public string? Kind { get; init; }

    /// <summary>IFLA_INFO_DATA of the kinds that we know.</summary>
    public LinkData? Data { get; init; }

    /// <summary>IFLA_INFO_SLAVE_KIND, e.g. <c>bridge</c> or <c>openvswitch</c>.</summary>
    public string? MemberKind { get; init; }

    /// <summary>IFLA_INFO_SLAVE_DATA of a bridge port.</summary>
    public BridgePortData? BridgePort { get; init; }

    /// <summary>IFLA_STATS64.</summary>
    public LinkStatistics? Statistics { get; init; }

    /// <summary>Attributes that this code does not know, kept as they came.</summary>
    public IReadOnlyList<UnknownAttribute> Unknown { get; init; } = [];
}

/// <summary>An attribute kept as it came.</summary>
/// <param name="Type">The attribute's number, flag bits removed.</param>
/// <param name="Value">Its bytes, in the kernel's byte order.</param>
public sealed record UnknownAttribute(int Type, byte[] Value);

/// <summary>IFF_ flags (netdevice(7), linux/if.h).</summary>
[Flags]
public enum LinkFlags
{
    /// <summary>IFF_UP: the administrator wants it up.</summary>
    Up = 0x1,

    /// <summary>IFF_BROADCAST.</summary>
    Broadcast = 0x2,

    /// <summary>IFF_LOOPBACK.</summary>
    Loopback = 0x8,

    /// <summary>IFF_POINTOPOINT.</summary>
    PointToPoint = 0x10,

    /// <summary>IFF_RUNNING: operational state is up.</summary>
    Running = 0x40,

    /// <summary>IFF_NOARP.</summary>
    NoArp = 0x80,

    /// <summary>IFF_PROMISC: asked for by hand.</summary>
    Promiscuous = 0x100,

    /// <summary>IFF_MULTICAST.</summary>
    Multicast = 0x1000,

    /// <summary>IFF_LOWER_UP: there is carrier.</summary>
    LowerUp = 0x10000,

    /// <summary>IFF_DORMANT.</summary>
    Dormant = 0x20000,
}

/// <summary>IF_OPER_ values (RFC 2863, linux/if.h).</summary>
public enum OperationalState
{
    /// <summary>IF_OPER_UNKNOWN: the driver does not say; normal for tap devices.</summary>
    Unknown = 0,

    /// <summary>IF_OPER_NOTPRESENT.</summary>
    NotPresent = 1,

    /// <summary>IF_OPER_DOWN.</summary>
    Down = 2,

    /// <summary>IF_OPER_LOWERLAYERDOWN.</summary>
    LowerLayerDown = 3,

    /// <summary>IF_OPER_TESTING.</summary>
    Testing = 4,

    /// <summary>IF_OPER_DORMANT.</summary>
    Dormant = 5,

    /// <summary>IF_OPER_UP.</summary>
    Up = 6,
}
