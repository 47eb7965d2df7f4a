using Plumbline.Linux.Netlink;

namespace Plumbline.Node.Facts;

/// <summary>What one network namespace holds.</summary>
public sealed record NamespaceFacts
{
    /// <summary>Its name under /run/netns; empty for the node's own.</summary>
    public required string Name { get; init; }

    /// <summary>The nsfs inode; null where not told (pasted text).</summary>
    public ulong? Inode { get; init; }

    /// <summary>Links by ifindex. Where a pasted text names a link without its number, it bears a negative one, unique in this namespace.</summary>
    public IReadOnlyList<Link> Links { get; init; } = [];

    /// <summary>A part of a list was told: links that are not among these may exist.</summary>
    public bool AreLinksCut { get; init; }

    /// <summary>A part of a list was told: addresses that are not among these may exist.</summary>
    public bool AreAddressesCut { get; init; }

    /// <summary>Addresses of these links.</summary>
    public IReadOnlyList<LinkAddress> Addresses { get; init; } = [];

    /// <summary>Routes of all tables.</summary>
    public IReadOnlyList<Route> Routes { get; init; } = [];

    /// <summary>ARP and ND entries.</summary>
    public IReadOnlyList<Neighbour> Neighbours { get; init; } = [];

    /// <summary>Bridge and VXLAN forwarding entries.</summary>
    public IReadOnlyList<FdbEntry> Fdb { get; init; } = [];

    /// <summary>How this namespace numbers others: the key to <see cref="Link.LinkNamespaceId"/>.</summary>
    public IReadOnlyList<NamespaceNumber> Numbers { get; init; } = [];

    /// <summary>Sysctls of net.bridge and friends that later questions need, by dotted name.</summary>
    public IReadOnlyDictionary<string, string> Sysctls { get; init; } = new Dictionary<string, string>();

    /// <summary>Rules that choose among routing tables; null where not told.</summary>
    public IReadOnlyList<RoutingRule>? RoutingRules { get; init; }

    /// <summary>VLANs of Linux bridges' ports; null where not told.</summary>
    public IReadOnlyList<BridgeVlan>? BridgeVlans { get; init; }

    /// <summary>Rules of ebtables and arptables; null where not told, or where there are none.</summary>
    public IReadOnlyList<FrameRulesText>? FrameRules { get; init; }

    /// <summary>Tracked connections; null where not told.</summary>
    public ConntrackFacts? Conntrack { get; init; }

    /// <summary>What devices do in the kernel's stead; null where not told. Live, those of hardware, taps and veths.</summary>
    public IReadOnlyList<DeviceOffloads>? Offloads { get; init; }

    /// <summary>Listening sockets; null where not told.</summary>
    public IReadOnlyList<SocketFacts>? Sockets { get; init; }
}
