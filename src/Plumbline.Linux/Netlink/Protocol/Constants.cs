namespace Plumbline.Linux.Netlink.Protocol;

/// <summary>Message types (linux/netlink.h, linux/rtnetlink.h, linux/net_namespace.h).</summary>
internal enum RouteMessage : ushort
{
    NLMSG_NOOP = 1,
    NLMSG_ERROR = 2,
    NLMSG_DONE = 3,
    RTM_NEWLINK = 16,
    RTM_DELLINK = 17,
    RTM_GETLINK = 18,
    RTM_SETLINK = 19,
    RTM_NEWADDR = 20,
    RTM_GETADDR = 22,
    RTM_NEWROUTE = 24,
    RTM_GETROUTE = 26,
    RTM_NEWNEIGH = 28,
    RTM_GETNEIGH = 30,
    RTM_NEWRULE = 32,
    RTM_GETRULE = 34,
    RTM_NEWNSID = 88,
    RTM_GETNSID = 90,

    /// <summary>NFNL_SUBSYS_NFTABLES (10) and NFT_MSG_NEWTABLE (linux/netfilter/nf_tables.h).</summary>
    NFT_MSG_NEWTABLE = 10 << 8,
    NFT_MSG_GETTABLE = (10 << 8) | 1,
    NFT_MSG_NEWCHAIN = (10 << 8) | 3,
    NFT_MSG_GETCHAIN = (10 << 8) | 4,
    NFT_MSG_NEWRULE = (10 << 8) | 6,
    NFT_MSG_GETRULE = (10 << 8) | 7,
    NFT_MSG_NEWGEN = (10 << 8) | 15,
    NFT_MSG_GETGEN = (10 << 8) | 16,

    /// <summary>NFNL_SUBSYS_IPSET (6) and IPSET_CMD_GET_BYINDEX (linux/netfilter/ipset/ip_set.h).</summary>
    IPSET_CMD_GET_BYINDEX = (6 << 8) | 15,
}

/// <summary>NLM_F_ bits (linux/netlink.h).</summary>
[Flags]
internal enum MessageFlags : ushort
{
    None = 0,
    NLM_F_REQUEST = 0x1,
    NLM_F_MULTI = 0x2,
    NLM_F_ACK = 0x4,
    NLM_F_DUMP_INTR = 0x10,
    NLM_F_DUMP = 0x300,
    NLM_F_EXCL = 0x200,
    NLM_F_CREATE = 0x400,
}

/// <summary>The bits of <see cref="MessageFlags"/> that mean something else in NLMSG_ERROR (linux/netlink.h).</summary>
[Flags]
internal enum ErrorFlags : ushort
{
    NLM_F_CAPPED = 0x100,
    NLM_F_ACK_TLVS = 0x200,
}

/// <summary>Socket options (linux/netlink.h), level SOL_NETLINK.</summary>
internal static class NetlinkOption
{
    public const int SOL_NETLINK = 270;
    public const int NETLINK_CAP_ACK = 10;
    public const int NETLINK_EXT_ACK = 11;
    public const int NETLINK_GET_STRICT_CHK = 12;
}

/// <summary>NLMSGERR_ATTR_ (linux/netlink.h).</summary>
internal enum ErrorAttribute
{
    NLMSGERR_ATTR_MSG = 1,
}
