namespace Plumbline.Linux.Netlink.Protocol;

/// <summary>IFLA_ (linux/if_link.h).</summary>
internal enum LinkAttribute
{
    IFLA_ADDRESS = 1,
    IFLA_BROADCAST = 2,
    IFLA_IFNAME = 3,
    IFLA_MTU = 4,
    IFLA_LINK = 5,
    IFLA_QDISC = 6,
    IFLA_STATS = 7,
    IFLA_MASTER = 10,
    IFLA_PROTINFO = 12,
    IFLA_TXQLEN = 13,
    IFLA_MAP = 14,
    IFLA_OPERSTATE = 16,
    IFLA_LINKMODE = 17,
    IFLA_LINKINFO = 18,
    IFLA_IFALIAS = 20,
    IFLA_NUM_VF = 21,
    IFLA_STATS64 = 23,
    IFLA_AF_SPEC = 26,
    IFLA_GROUP = 27,
    IFLA_NET_NS_FD = 28,
    IFLA_EXT_MASK = 29,
    IFLA_PROMISCUITY = 30,
    IFLA_NUM_TX_QUEUES = 31,
    IFLA_NUM_RX_QUEUES = 32,
    IFLA_CARRIER = 33,
    IFLA_CARRIER_CHANGES = 35,
    IFLA_LINK_NETNSID = 37,
    IFLA_PROTO_DOWN = 39,
    IFLA_GSO_MAX_SEGS = 40,
    IFLA_GSO_MAX_SIZE = 41,
    IFLA_PAD = 42,
    IFLA_XDP = 43,
    IFLA_EVENT = 44,
    IFLA_CARRIER_UP_COUNT = 47,
    IFLA_CARRIER_DOWN_COUNT = 48,
    IFLA_MIN_MTU = 50,
    IFLA_MAX_MTU = 51,
    IFLA_ALT_IFNAME = 53,
    IFLA_GRO_MAX_SIZE = 58,
    IFLA_TSO_MAX_SIZE = 59,
    IFLA_TSO_MAX_SEGS = 60,
    IFLA_ALLMULTI = 61,
    IFLA_DEVLINK_PORT = 62,
    IFLA_GSO_IPV4_MAX_SIZE = 63,
    IFLA_GRO_IPV4_MAX_SIZE = 64,
    IFLA_DPLL_PIN = 65,
    IFLA_MAX_PACING_OFFLOAD_HORIZON = 66,
    IFLA_NETNS_IMMUTABLE = 67,
    IFLA_HEADROOM = 68,
    IFLA_TAILROOM = 69,
}

/// <summary>IFLA_INFO_, within IFLA_LINKINFO.</summary>
internal enum InfoAttribute
{
    IFLA_INFO_KIND = 1,
    IFLA_INFO_DATA = 2,
    IFLA_INFO_SLAVE_KIND = 4,
    IFLA_INFO_SLAVE_DATA = 5,
}

/// <summary>IFLA_BR_, data of a bridge.</summary>
internal enum BridgeAttribute
{
    IFLA_BR_FORWARD_DELAY = 1,
    IFLA_BR_AGEING_TIME = 4,
    IFLA_BR_STP_STATE = 5,
    IFLA_BR_VLAN_FILTERING = 7,
    IFLA_BR_GROUP_FWD_MASK = 9,
    IFLA_BR_BRIDGE_ID = 11,
    IFLA_BR_MCAST_SNOOPING = 23,
    IFLA_BR_NF_CALL_IPTABLES = 36,
}

/// <summary>IFLA_BRPORT_, member data of a bridge port.</summary>
internal enum BridgePortAttribute
{
    IFLA_BRPORT_STATE = 1,
    IFLA_BRPORT_MODE = 4,
    IFLA_BRPORT_LEARNING = 8,
    IFLA_BRPORT_UNICAST_FLOOD = 9,
    IFLA_BRPORT_ISOLATED = 33,
}

/// <summary>IFLA_TUN_, data of kind tun.</summary>
internal enum TunAttribute
{
    IFLA_TUN_OWNER = 1,
    IFLA_TUN_TYPE = 3,
    IFLA_TUN_VNET_HDR = 5,
    IFLA_TUN_PERSIST = 6,
    IFLA_TUN_MULTI_QUEUE = 7,
}

/// <summary>IFLA_VXLAN_, data of kind vxlan.</summary>
internal enum VxlanAttribute
{
    IFLA_VXLAN_ID = 1,
    IFLA_VXLAN_GROUP = 2,
    IFLA_VXLAN_LOCAL = 4,
    IFLA_VXLAN_PORT = 15,
    IFLA_VXLAN_GROUP6 = 16,
    IFLA_VXLAN_LOCAL6 = 17,
    IFLA_VXLAN_COLLECT_METADATA = 25,
}

/// <summary>IFLA_GRE_ (linux/if_tunnel.h), data of gre, gretap, erspan and their IPv6 kin.</summary>
internal enum GreAttribute
{
    IFLA_GRE_IFLAGS = 2,
    IFLA_GRE_OFLAGS = 3,
    IFLA_GRE_IKEY = 4,
    IFLA_GRE_OKEY = 5,
    IFLA_GRE_LOCAL = 6,
    IFLA_GRE_REMOTE = 7,
    IFLA_GRE_COLLECT_METADATA = 18,
}

/// <summary>IFLA_VLAN_, data of kind vlan.</summary>
internal enum VlanAttribute
{
    IFLA_VLAN_ID = 1,
    IFLA_VLAN_PROTOCOL = 5,
}

/// <summary>VETH_INFO_ (linux/veth.h).</summary>
internal static class VethAttribute
{
    public const int VETH_INFO_PEER = 1;
}

/// <summary>IFLA_INET6_, within AF_INET6 of IFLA_AF_SPEC.</summary>
internal static class Inet6Attribute
{
    public const int IFLA_INET6_ADDR_GEN_MODE = 8;
    public const byte IN6_ADDR_GEN_MODE_NONE = 1;
}
