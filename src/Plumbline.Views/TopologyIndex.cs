using Plumbline.Diagnosis.Mirrors;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;

namespace Plumbline.Views;

/// <summary>
/// A topology looked up from all sides, made once for a view. Orders are the topology's own, which are stable. Here and in the text views
/// small pairs are classes: LINQ over tuples and other values of the framework is compiled at each start, 0.2 ms a method, where that
/// over classes comes ready in the ReadyToRun image.
/// </summary>
internal sealed class TopologyIndex
{
    private readonly Dictionary<string, Element> _elements = [];
    private readonly Dictionary<string, List<Neighbour>> _neighbours = [];
    private readonly Dictionary<string, OvsBridge> _ovsBridges = [];
    private readonly Dictionary<string, Element> _bridgeElements = [];
    private readonly Dictionary<string, Vif> _vifs = [];

    /// <summary>Looks through <paramref name="topology"/>.</summary>
    public TopologyIndex(Topology topology)
    {
        Topology = topology;
        foreach (var element in topology.Elements)
        {
            _elements.TryAdd(element.Id, element);
            if (element.Kind == ElementKind.OvsBridge)
            {
                _bridgeElements.TryAdd(element.Name, element);
            }
        }
        foreach (var connection in topology.Connections)
        {
            if (Find(connection.From) is { } from && Find(connection.To) is { } to)
            {
                Join(from, to, connection.Kind);
                Join(to, from, connection.Kind);
            }
        }
        foreach (var bridge in topology.Snapshot.Ovs?.Bridges ?? [])
        {
            _ovsBridges.TryAdd(bridge.Name, bridge);
        }
        foreach (var vif in topology.Vifs)
        {
            foreach (var part in DevicesOf(vif))
            {
                _vifs.TryAdd(part.Id, vif);
            }
        }
    }

    /// <summary>What is looked through.</summary>
    public Topology Topology { get; }

    /// <summary>The element with this id; null for none (or for no id).</summary>
    public Element? Find(string? id) => id is null ? null : _elements.GetValueOrDefault(id);

    /// <summary>The OVS bridge's element.</summary>
    public Element? FindBridge(string? name) => name is null ? null : _bridgeElements.GetValueOrDefault(name);

    /// <summary>The OVS bridge's row.</summary>
    public OvsBridge? FactsOf(Element bridge) =>
        bridge.Kind == ElementKind.OvsBridge ? _ovsBridges.GetValueOrDefault(bridge.Name) : null;

    /// <summary>The VIF that a tap, qbr, qvb, qvo or namespaced port belongs to.</summary>
    public Vif? VifOf(Element element) => _vifs.GetValueOrDefault(element.Id);

    /// <summary>Neighbours by all connections of a kind.</summary>
    public IEnumerable<Element> Neighbours(Element element, ConnectionKind kind) =>
        Neighbours(element).Where(neighbour => neighbour.Kind == kind).Select(neighbour => neighbour.Other);

    /// <summary>All neighbours.</summary>
    public IReadOnlyList<Neighbour> Neighbours(Element element) =>
        _neighbours.TryGetValue(element.Id, out var list) ? list : [];

    /// <summary>Ports of an OVS bridge or members of a Linux bridge.</summary>
    public IEnumerable<Element> PortsOf(Element bridge) => Neighbours(bridge,
        bridge.Kind == ElementKind.OvsBridge ? ConnectionKind.OvsBridgePort : ConnectionKind.LinuxBridgeMember);

    /// <summary>The bridge that an element is a port or member of.</summary>
    public Element? BridgeOf(Element port) => IsBridge(port) ? null : Neighbours(port)
        .Where(neighbour => neighbour.Kind is ConnectionKind.OvsBridgePort or ConnectionKind.LinuxBridgeMember)
        .Select(neighbour => neighbour.Other).FirstOrDefault(IsBridge);

    /// <summary>The other end of a veth or patch pair.</summary>
    public Element? PeerOf(Element end) => Neighbours(end)
        .Where(neighbour => neighbour.Kind is ConnectionKind.VethPair or ConnectionKind.PatchPair)
        .Select(neighbour => neighbour.Other).FirstOrDefault();

    /// <summary>The VM's element of a VIF.</summary>
    public Element? InstanceOf(Vif vif) => Find(vif.Instance);

    /// <summary>The devices of a VIF from the instance to the bridge, neither of these included; missing ones left out.</summary>
    public IReadOnlyList<Element> DevicesOf(Vif vif)
    {
        var result = new List<Element>(4);
        foreach (var id in (ReadOnlySpan<string?>)[vif.Device, vif.HybridBridge, vif.BridgeEnd, vif.OvsEnd])
        {
            if (Find(id) is { } element && !result.Contains(element))
            {
                result.Add(element);
            }
        }
        return result;
    }

    /// <summary>The connection between two elements; null where nothing joins them.</summary>
    public ConnectionKind? Between(Element one, Element other)
    {
        foreach (var (kind, neighbour) in Neighbours(one))
        {
            if (neighbour.Id == other.Id)
            {
                return kind;
            }
        }
        return null;
    }

    /// <summary>What a device stands on: the NIC of a VLAN device, the members of a bond.</summary>
    public IEnumerable<Element> Below(Element upper) => Topology.Connections
        .Where(connection => connection.Kind == ConnectionKind.Above && connection.From == upper.Id)
        .Select(connection => Find(connection.To)).OfType<Element>();

    /// <summary>The node's mirrors, judged by the facts alone: whether their makers still run is not among them.</summary>
    public IReadOnlyList<MirrorReport> ListMirrors() => _ovsBridges.Values.All(bridge => bridge.Mirrors.Count == 0) ? []
        : MirrorAssessment.Assess(Topology, _ => true, Topology.Snapshot.TakenAt ?? DateTimeOffset.MinValue).Mirrors;

    /// <summary>A bridge of either sort.</summary>
    public static bool IsBridge(Element element) =>
        element.Kind is ElementKind.OvsBridge or ElementKind.LinuxBridge or ElementKind.HybridBridge;

    private void Join(Element one, Element other, ConnectionKind kind)
    {
        if (!_neighbours.TryGetValue(one.Id, out var list))
        {
            _neighbours[one.Id] = list = [];
        }
        list.Add(new(kind, other));
    }
}

/// <summary>What an element is joined to, and how.</summary>
internal sealed record Neighbour(ConnectionKind Kind, Element Other);
