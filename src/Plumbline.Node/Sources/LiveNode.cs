using Plumbline.Node.Facts;

namespace Plumbline.Node.Sources;

/// <summary>Reads a live node into a snapshot. Never throws for a source that is absent or forbidden: that is a fact.</summary>
public static partial class LiveNode
{
    /// <summary>Reads what <paramref name="scope"/> asks for; sources are asked side by side.</summary>
    public static Task<NodeSnapshot> ReadAsync(
        NodeAccess access, SnapshotScope scope, CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <summary>How much to read.</summary>
[Flags]
public enum SnapshotScope
{
    /// <summary>Links, addresses and namespaces, OVSDB, libvirt: what the topology needs.</summary>
    Topology = 1,

    /// <summary>iptables-save, ip6tables-save, ipset save of the node and its namespaces.</summary>
    Firewall = 2,

    /// <summary>Routes, neighbours, forwarding entries.</summary>
    Forwarding = 4,

    /// <summary>All.</summary>
    Everything = Topology | Firewall | Forwarding,
}
