using Plumbline.Primitives;

namespace Plumbline.Linux.Netlink;

/// <summary>One network interface as the kernel reports it in RTM_NEWLINK (rtnetlink(7)).</summary>
public sealed partial record Link
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

    /// <summary>IFLA_LINK_NETNSID: the namespace of <see cref="LinkIndex"/> as numbered in this namespace; null: this one,
    /// -1: another that has no number here.</summary>
    public int? LinkNamespaceId { get; init; }

    /// <summary>IFLA_IFALIAS.</summary>
    public string? Alias { get; init; }

    /// <summary>IFLA_PROMISCUITY: how many users asked for promiscuous mode.</summary>
    public int? Promiscuity { get; init; }

    /// <summary>IFLA_TXQLEN in packets.</summary>
    public int? TransmitQueueLength { get; init; }

    /// <summary>IFLA_QDISC: how what it sends waits: <c>noqueue</c>, <c>fq_codel</c>, <c>htb</c>, <c>netem</c> …; null where not told.</summary>
    public string? QueueDiscipline { get; init; }

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
