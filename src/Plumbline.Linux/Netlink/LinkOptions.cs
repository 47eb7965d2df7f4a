using Plumbline.Primitives;

namespace Plumbline.Linux.Netlink;

/// <summary>A link to make.</summary>
public sealed record LinkOptions
{
    /// <summary>1–15 characters, no slash, no white space.</summary>
    public required string Name { get; init; }

    /// <summary>IFLA_INFO_KIND: <c>veth</c>, <c>bridge</c>, <c>dummy</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The other end of a veth pair; its <see cref="Kind"/> must be <c>veth</c> too.</summary>
    public LinkOptions? Peer { get; init; }

    /// <summary>Where to make it (for a peer); null: here.</summary>
    public NetworkNamespace? Namespace { get; init; }

    /// <summary>Bytes; null: the kernel's default.</summary>
    public int? Mtu { get; init; }

    /// <summary>Null: the kernel picks one.</summary>
    public MacAddress? Address { get; init; }

    /// <summary>IFLA_IFALIAS, set by a second request where the kernel wants that.</summary>
    public string? Alias { get; init; }

    /// <summary>IFLA_INET6_ADDR_GEN_MODE none (1): no link-local address when it comes up.</summary>
    public bool NoIpv6LinkLocal { get; init; }

    /// <summary>IFF_NOARP.</summary>
    public bool NoArp { get; init; }

    /// <summary>IFF_UP from the start.</summary>
    public bool Up { get; init; }

    /// <summary>Bridge settings for kind <c>bridge</c>; what is null keeps the kernel's default.</summary>
    public LinkData.Bridge? Bridge { get; init; }
}
