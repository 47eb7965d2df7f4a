namespace Plumbline.Linux.Netlink;

/// <summary>
/// Of a link what tells where it belongs (RTM_NEWLINK): a fraction of the work of a <see cref="Link"/>, which counts where there are
/// thousands and a question is about a few.
/// </summary>
/// <param name="IfIndex">The kernel's ifindex.</param>
/// <param name="Name">IFLA_IFNAME.</param>
/// <param name="MasterIndex">IFLA_MASTER; 0: none.</param>
/// <param name="LinkIndex">IFLA_LINK; 0: none.</param>
/// <param name="IsAbroad">IFLA_LINK_NETNSID is told: what IFLA_LINK means is in another namespace.</param>
/// <param name="IsBridge">IFLA_INFO_KIND is bridge.</param>
public sealed record LinkOutline(int IfIndex, string Name, int MasterIndex, int LinkIndex, bool IsAbroad, bool IsBridge)
{
    /// <summary>All that the kernel told of it.</summary>
    internal ReadOnlyMemory<byte> Message { get; init; }

    /// <summary>The whole link as it was when it was listed, but for <see cref="Link.Statistics"/>, which were not asked for.</summary>
    public Link Read() => Link.Parse(Message.Span);
}
