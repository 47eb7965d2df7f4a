using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources;

/// <summary>Whether two snapshots are of one node: at two times, or each with a part of its outputs.</summary>
internal static class SameNode
{
    /// <summary>The same name, and nothing that only one node has tells them apart: Open vSwitch's root row, addresses of network cards.</summary>
    public static bool Are(NodeSnapshot one, NodeSnapshot other)
    {
        if (one.Host is not { Length: > 0 } host || other.Host is null || host.StartsWith("localhost", StringComparison.OrdinalIgnoreCase)
            || !Texts.SnapshotBuilder.ShortName(host).Equals(Texts.SnapshotBuilder.ShortName(other.Host), StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }
        if (one.Ovs?.Uuid is { } switchId && other.Ovs?.Uuid is { } otherId)
        {
            return switchId == otherId;
        }
        var cards = Cards(one);
        var others = Cards(other);
        return cards.Count == 0 || others.Count == 0 || cards.Overlaps(others);
    }

    private static HashSet<string> Cards(NodeSnapshot node)
    {
        var cards = new HashSet<string>(StringComparer.Ordinal);
        foreach (var link in node.Namespaces.FirstOrDefault(n => n.Name.Length == 0)?.Links ?? [])
        {
            if (link is { Address: { } address, Kind: null } && !link.Flags.HasFlag(LinkFlags.Loopback))
            {
                cards.Add(address.ToString());
            }
        }
        return cards;
    }
}
