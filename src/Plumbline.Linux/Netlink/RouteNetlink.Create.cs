using Plumbline.Linux.Netlink.Protocol;

namespace Plumbline.Linux.Netlink;

public sealed partial class RouteNetlink
{
    /// <summary>
    /// RTM_NEWLINK with NLM_F_CREATE | NLM_F_EXCL, all that the kernel takes there in the one request. Alias, address generation
    /// and flags follow in a second one, up in a third: the kernel ignores the first two while it creates, and would make a
    /// link-local address before it reads that none is wanted. Where a later request is refused the link is deleted again.
    /// </summary>
    /// <returns>The new link (for veth: the near end) as the kernel shows it.</returns>
    /// <exception cref="LinuxException">The name is taken or none, the kind is not to be had, or no permission.</exception>
    public Link CreateLink(LinkOptions options)
    {
        CheckName(options.Name);
        if (options.Peer is { } other)
        {
            if (options.Kind != "veth" || other.Kind != "veth")
            {
                throw new ArgumentException("only veth has a peer, of kind veth", nameof(options));
            }
            CheckName(other.Name);
        }
        var request = new MessageWriter(
                RouteMessage.RTM_NEWLINK, MessageFlags.NLM_F_ACK | MessageFlags.NLM_F_CREATE | MessageFlags.NLM_F_EXCL)
            .Header(new ifinfomsg());
        WriteLink(request, options.Name, options.Mtu, options.Address, options.Namespace);
        request.Nested((int)LinkAttribute.IFLA_LINKINFO, () =>
        {
            request.Attribute((int)InfoAttribute.IFLA_INFO_KIND, options.Kind);
            if (options.Peer is { } peer)
            {
                request.Nested((int)InfoAttribute.IFLA_INFO_DATA, () =>
                    request.Nested(VethAttribute.VETH_INFO_PEER, () =>
                        WriteLink(request.Header(new ifinfomsg()), peer.Name, peer.Mtu, peer.Address, peer.Namespace)));
            }
            else if (options.Bridge is { } bridge)
            {
                WriteBridge(request, bridge);
            }
        });
        Request($"create {options.Kind} \"{options.Name}\"{(options.Peer is { } far ? $" with peer \"{far.Name}\"" : "")}", request);
        try
        {
            if (options.Peer is { } peer)
            {
                Configure(peer);
            }
            return Configure(options);
        }
        catch
        {
            Remove(options);
            throw;
        }
        finally
        {
            GC.KeepAlive(options);
        }
    }

    private Link Configure(LinkOptions options) => InNamespaceOf(options, netlink =>
    {
        var link = netlink.FindLink(options.Name) ?? throw Problems.Vanished(options.Name, netlink._where);
        if (options.Alias is not null || options.NoIpv6LinkLocal || options.NoArp)
        {
            netlink.ChangeLink(link.IfIndex, new LinkChange
            {
                Alias = options.Alias,
                NoIpv6LinkLocal = options.NoIpv6LinkLocal ? true : null,
                NoArp = options.NoArp ? true : null,
            });
        }
        if (options.Up)
        {
            netlink.ChangeLink(link.IfIndex, new LinkChange { Up = true });
        }
        return netlink.FindLink(link.IfIndex) ?? throw Problems.Vanished(options.Name, netlink._where);
    });

    private void Remove(LinkOptions options) => InNamespaceOf(options, netlink =>
        netlink.FindLink(options.Name) is { } link && netlink.DeleteLink(link.IfIndex));

    private T InNamespaceOf<T>(LinkOptions options, Func<RouteNetlink, T> action)
    {
        if (options.Namespace is null)
        {
            return action(this);
        }
        using var there = Open(options.Namespace);
        return action(there);
    }
}
