using Plumbline.Primitives;

namespace Plumbline.Linux.Netlink;

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

    /// <summary>IFF_NOARP.</summary>
    public bool? NoArp { get; init; }

    /// <summary>True: IFLA_INET6_ADDR_GEN_MODE none (1); anything else leaves it.</summary>
    public bool? NoIpv6LinkLocal { get; init; }

    /// <summary>IFLA_INFO_DATA of a bridge.</summary>
    public LinkData.Bridge? Bridge { get; init; }
}
