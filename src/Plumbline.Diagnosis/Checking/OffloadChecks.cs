using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Checking;

/// <summary>
/// Offloads that lose packets, and only those that do whatever else is set: large-receive-offload where frames are bridged on, and checksums that are left to
/// a veth whose other end the userspace datapath reads.
/// </summary>
internal static class OffloadChecks
{
    public static void Run(CheckContext context)
    {
        foreach (var node in context.Nodes)
        {
            if (node.Own is not { Offloads.Count: > 0 } own)
            {
                continue;
            }
            CheckLargeReceive(context, node, own);
            CheckChecksums(context, node, own);
        }
    }

    private static void CheckLargeReceive(CheckContext context, CheckNode node, NamespaceFacts own)
    {
        foreach (var offloads in own.Offloads!)
        {
            if (offloads.LargeReceive != true || BridgeOf(node, own, offloads.Device) is not { } bridge)
            {
                continue;
            }
            context.Found.Add(new()
            {
                Id = "offload-lro",
                Node = node.Name,
                Object = offloads.Device,
                What = $"{offloads.Device}: large-receive-offload is on, and {bridge} forwards what comes in by it",
                Evidence = [$"ethtool -k {offloads.Device}: large-receive-offload: on"],
                Consequence = "TCP segments are glued together to packets that no other device may send: transfers to VMs stall or crawl, pings pass",
                Fix = $"ethtool -K {offloads.Device} lro off (and in the device's configuration, or it is back after the next boot)",
            });
        }
    }

    /// <summary>What forwards the device's frames: the bridge it is in, or the one that its bond is in; null where none does.</summary>
    private static string? BridgeOf(CheckNode node, NamespaceFacts own, string device)
    {
        for (var i = 0; i < 3; i++)
        {
            if (node.OvsPort(device) is { } port)
            {
                return port.Bridge.Name;
            }
            if (node.LinksOf(own).Find(device) is not { MasterIndex: { } index } || node.LinksOf(own).Find(index) is not { } master)
            {
                return null;
            }
            if (master.Kind == "bridge")
            {
                return master.Name;
            }
            device = master.Name;
        }
        return null;
    }

    /// <summary>
    /// The userspace datapath reads a veth's frames as they are (AF_PACKET): a checksum that was left to the device is never made. Packets of the kernel's own
    /// stack, and of a VM whose tap has a header that says so, have none where tx-checksumming is on.
    /// </summary>
    private static void CheckChecksums(CheckContext context, CheckNode node, NamespaceFacts own)
    {
        if (node.Snapshot.Ovs?.OtherConfig.GetValueOrDefault("userspace-tso-enable") == "true")
        {
            return;     // then Open vSwitch reads and makes checksums itself
        }
        var veths = new Dictionary<string, Link>(StringComparer.Ordinal);
        foreach (var link in own.Links)
        {
            if (link.Kind == "veth")
            {
                veths[link.Name] = link;
            }
        }
        foreach (var (bridge, _, row) in node.OvsPorts)
        {
            if (bridge.DatapathType != "netdev" || !veths.TryGetValue(row.Name, out var link)
                || PeerOf(node, own, link) is not var (space, peer)
                || node.LinksOf(space).OffloadsOf(peer.Name)?.TransmitChecksum != true || SourceOf(space, node.LinksOf(space), peer) is not { } source)
            {
                continue;
            }
            var inside = space.Name.Length > 0 ? $"ip netns exec {space.Name} " : "";
            context.Found.Add(new()
            {
                Id = "offload-checksum",
                Node = node.Name,
                Object = peer.Name,
                What = $"{peer.Name}: tx-checksumming is on, and the userspace datapath of {bridge.Name} reads the other end, {row.Name}",
                Evidence = [$"{inside}ethtool -k {peer.Name}: tx-checksumming: on", $"{bridge.Name}: datapath_type netdev, {row.Name} is a veth"],
                Consequence = $"TCP and UDP packets of {source} leave without a checksum and are dropped where they arrive; pings pass",
                Fix = $"{inside}ethtool -K {peer.Name} tx off",
                Suffers = [.. node.Topology.Vifs.Where(v => node.Topology.ChainOf(v).Any(e => e.Name == row.Name)).Select(CheckNode.NameOf).Distinct()],
            });
        }
    }

    /// <summary>Who makes packets that come by a veth's end: it has an address, or is in a bridge with a tap whose VM leaves checksums to it.</summary>
    private static string? SourceOf(NamespaceFacts space, SpaceLinks links, Link end)
    {
        if (end.MasterIndex is not { } master)
        {
            // any device that is up has a link-local address
            return space.Addresses.Any(a => a.IfIndex == end.IfIndex && a.Scope == 0) ? space.Name.Length > 0 ? space.Name : "this node" : null;
        }
        foreach (var link in links.MembersOf(master))
        {
            if (link.Data is LinkData.Tun { VnetHeader: true } && links.OffloadsOf(link.Name)?.TransmitChecksum == true)
            {
                return $"the VM behind {link.Name}";
            }
        }
        return null;
    }

    private static (NamespaceFacts Space, Link Link)? PeerOf(CheckNode node, NamespaceFacts own, Link link)
    {
        if (link.LinkIndex is not { } index)
        {
            return null;
        }
        var space = own;
        if (link.LinkNamespaceId is { } id)
        {
            var number = own.Numbers.FirstOrDefault(n => n.Id == id);
            if (number is null || node.Snapshot.Namespaces.FirstOrDefault(n => n.Name.Length > 0
                && (n.Inode == number.Inode && n.Inode is not null || n.Name == number.Name)) is not { } other)
            {
                return null;
            }
            space = other;
        }
        return node.LinksOf(space).Find(index) is { } peer ? (space, peer) : null;
    }
}
