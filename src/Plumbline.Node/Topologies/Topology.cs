using Plumbline.Node.Facts;

namespace Plumbline.Node.Topologies;

/// <summary>
/// The meaning of a <see cref="NodeSnapshot"/>: a graph of elements (what exists) and connections (what a frame can cross), and the
/// VIFs that an operator asks about. Immutable and pure: <see cref="Build"/> of equal snapshots is equal. Nothing in the snapshot
/// is left out: what has no known role is an element of kind <see cref="ElementKind.Other"/>.
/// </summary>
public sealed partial record Topology
{
    private readonly TopologyIndex _index = new();

    /// <summary>The facts it was made from.</summary>
    public required NodeSnapshot Snapshot { get; init; }

    /// <summary>Everything that exists, in a stable order: by namespace, then kind, then name.</summary>
    public required IReadOnlyList<Element> Elements { get; init; }

    /// <summary>What joins them; each pair once.</summary>
    public required IReadOnlyList<Connection> Connections { get; init; }

    /// <summary>Virtual interfaces of instances, DHCP servers and routers, by instance name, then port.</summary>
    public required IReadOnlyList<Vif> Vifs { get; init; }

    /// <summary>Networks told by Port.other_config or by shared local VLANs, by local VLAN.</summary>
    public required IReadOnlyList<Network> Networks { get; init; }

    /// <summary>Makes the topology of a snapshot.</summary>
    public static Topology Build(NodeSnapshot snapshot) => new TopologyBuilder(snapshot).Build();

    /// <summary>The element with this id; null where there is none.</summary>
    public Element? Find(string id) => _index.Elements(this).GetValueOrDefault(id);

    /// <summary>Connections of an element, in stable order.</summary>
    public IReadOnlyList<Connection> ConnectionsOf(string id) =>
        _index.Connections(this).TryGetValue(id, out var found) ? found : [];

    /// <summary>The VIFs that an element is a part of (instance, tap, qbr, qvb, qvo, internal device), in the order of <see cref="Vifs"/>.</summary>
    public IReadOnlyList<Vif> VifsOf(string id) => _index.Vifs(this).TryGetValue(id, out var found) ? found : [];
}
