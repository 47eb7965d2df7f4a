using Plumbline.Diagnosis;
using Plumbline.Node.Topologies;

namespace Plumbline.Views;

/// <summary>The part of a topology that a focus leaves: the chains' elements, what joins them, their VIFs and networks.</summary>
internal sealed class Selection
{
    private readonly HashSet<string> _elements = [];
    private readonly HashSet<Vif> _vifs = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Network> _networks = [];

    private Selection()
    {
    }

    /// <summary>What <paramref name="focus"/> leaves.</summary>
    public static Selection Of(TopologyIndex index, Target focus)
    {
        var result = new Selection();
        foreach (var chain in Chain.Of(index, focus))
        {
            result.Add(index, chain);
        }
        return result;
    }

    /// <summary>It stays.</summary>
    public bool Contains(Element element) => _elements.Contains(element.Id);

    /// <summary>Both its ends stay.</summary>
    public bool Contains(Connection connection) => _elements.Contains(connection.From) && _elements.Contains(connection.To);

    /// <summary>It stays.</summary>
    public bool Contains(Vif vif) => _vifs.Contains(vif);

    /// <summary>One of the VIFs is on it.</summary>
    public bool Contains(Network network) => _networks.Contains(network);

    /// <summary>The part as a topology of its own; facts about the rest of the node stay in its snapshot.</summary>
    public Topology Cut(Topology topology) => new()
    {
        Snapshot = topology.Snapshot,
        Elements = [.. topology.Elements.Where(Contains)],
        Connections = [.. topology.Connections.Where(Contains)],
        Vifs = [.. topology.Vifs.Where(Contains)],
        Networks = [.. topology.Networks.Where(Contains)],
    };

    private void Add(TopologyIndex index, Chain chain)
    {
        if (chain.Vif is { } vif)
        {
            _vifs.Add(vif);
            if (vif.Network is { } network)
            {
                _networks.Add(network);
            }
        }
        _elements.UnionWith(chain.Hops.Select(hop => hop.Id));
        if (chain.Members is { } members)
        {
            _elements.UnionWith(members);
        }
        if (chain.Bridge is { } bridge)
        {
            _elements.Add(bridge.Id);
            AddBeyond(index, chain, bridge);
        }
    }

    // the ways on from a bridge: pairs to other bridges, tunnels with their remote ends, NICs; all ports of a bridge in focus
    private void AddBeyond(TopologyIndex index, Chain chain, Element bridge)
    {
        foreach (var port in index.PortsOf(bridge))
        {
            if (chain.Members is { } members ? !members.Contains(port.Id) : chain.Hops.Count > 0 && !IsWayOn(port))
            {
                continue;
            }
            _elements.Add(port.Id);
            foreach (var remote in index.Neighbours(port, ConnectionKind.Tunnel))
            {
                _elements.Add(remote.Id);
            }
            if (IsWayOn(port) && index.PeerOf(port) is { } peer && index.BridgeOf(peer) is { } next)
            {
                _elements.Add(peer.Id);
                if (_elements.Add(next.Id))
                {
                    AddBeyond(index, chain, next);
                }
            }
        }
    }

    private static bool IsWayOn(Element port) =>
        port.Kind is ElementKind.Patch or ElementKind.Tunnel or ElementKind.Nic or ElementKind.Stacked or ElementKind.Veth;
}
