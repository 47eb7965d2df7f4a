namespace Plumbline.Linux.Netlink.Protocol;

/// <summary>IFA_ (linux/if_addr.h).</summary>
internal enum AddressAttribute
{
    IFA_ADDRESS = 1,
    IFA_LOCAL = 2,
    IFA_FLAGS = 8,
}

/// <summary>IFA_F_ bits (linux/if_addr.h).</summary>
[Flags]
internal enum AddressFlags : uint
{
    IFA_F_DADFAILED = 0x08,
    IFA_F_TENTATIVE = 0x40,
}

/// <summary>RTA_ (linux/rtnetlink.h).</summary>
internal enum RouteAttribute
{
    RTA_DST = 1,
    RTA_OIF = 4,
    RTA_GATEWAY = 5,
    RTA_PRIORITY = 6,
    RTA_PREFSRC = 7,
    RTA_MULTIPATH = 9,
    RTA_TABLE = 15,
    RTA_VIA = 18,
}

/// <summary>RT_TABLE_, RTN_, RTPROT_ and RT_SCOPE_ numbers (linux/rtnetlink.h) of the routes that we add.</summary>
internal static class RouteNumber
{
    public const byte RT_TABLE_MAIN = 254;
    public const byte RTN_UNICAST = 1;
    public const byte RTPROT_STATIC = 4;
    public const byte RT_SCOPE_UNIVERSE = 0;
    public const byte RT_SCOPE_LINK = 253;
    public const uint RTM_F_CLONED = 0x200;
}

/// <summary>NDA_ and NUD_ (linux/neighbour.h).</summary>
internal enum NeighbourAttribute
{
    NDA_DST = 1,
    NDA_LLADDR = 2,
    NDA_VLAN = 5,
    NDA_MASTER = 9,
}

/// <summary>NUD_ bits (linux/neighbour.h).</summary>
internal static class NeighbourState
{
    public const int NUD_NOARP = 0x40;
}

/// <summary>NETNSA_ (linux/net_namespace.h).</summary>
internal static class NamespaceAttribute
{
    public const int NETNSA_NSID = 1;
    public const int NETNSA_FD = 3;
    public const int NETNSA_NSID_NOT_ASSIGNED = -1;
}
