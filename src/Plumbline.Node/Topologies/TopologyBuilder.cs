using System.Runtime.InteropServices;
using Plumbline.Node.Facts;
using Plumbline.Primitives;

namespace Plumbline.Node.Topologies;

/// <summary>
/// Joins the facts of a snapshot, once and in this order: links of all namespaces, rows of the OVS database onto them, the pairs (veth,
/// patch), what each thing is for, VIFs from the OVS side and from the tap side, networks, and last what the facts say is wrong. Every
/// step looks things up by key, so that a node with thousands of ports costs O(n log n).
/// </summary>
internal sealed partial class TopologyBuilder(NodeSnapshot snapshot)
{
    private readonly Dictionary<string, ElementDraft> _drafts = new(CountOf(snapshot), StringComparer.Ordinal);
    private readonly Dictionary<(ConnectionKind Kind, int A, int B), Connection> _connections = [];
    private int _made;

    public Topology Build()
    {
        AddLinks();
        AddOvs();
        StackLinks();
        PairVeths();
        PairPatches();
        RankBridges();
        GiveRoles();
        AddInstances();
        AddVifs();
        AddNeighbours();
        NameNetworks();
        _connections.EnsureCapacity(_drafts.Count);
        Connect();
        Judge();
        return new()
        {
            Snapshot = snapshot,
            Elements = FreezeElements(),
            Connections = SortConnections(),
            Vifs = FreezeVifs(),
            Networks = _networks,
        };
    }

    /// <summary>About as many elements as there will be: tables that double on their way leave as much behind as they hold.</summary>
    private static int CountOf(NodeSnapshot snapshot)
    {
        var count = 0;
        foreach (var facts in snapshot.Namespaces)
        {
            count += facts.Links.Count;
        }
        return count + count / 8;
    }

    /// <summary>By namespace and kind, and by name within each.</summary>
    private Element[] FreezeElements()
    {
        var groups = new Dictionary<(string Namespace, ElementKind Kind), List<Element>>();
        foreach (var draft in _drafts.Values)
        {
            var place = (draft.Namespace ?? "", draft.Kind);
            (groups.TryGetValue(place, out var group) ? group : groups[place] = []).Add(draft.Freeze());
        }
        var elements = new Element[_drafts.Count];
        var count = 0;
        foreach (var group in groups.OrderBy(g => g.Key.Namespace, StringComparer.Ordinal).ThenBy(g => (int)g.Key.Kind))
        {
            group.Value.CopyTo(elements, count);
            OrdinalOrder.Sort(elements.AsSpan(count, group.Value.Count), e => e.Name, CompareElements);
            count += group.Value.Count;
        }
        return elements;
    }

    private Connection[] SortConnections()
    {
        var groups = new SortedDictionary<int, List<Connection>>();
        foreach (var connection in _connections.Values)
        {
            var kind = (int)connection.Kind;
            (groups.TryGetValue(kind, out var group) ? group : groups[kind] = []).Add(connection);
        }
        var connections = new Connection[_connections.Count];
        var count = 0;
        foreach (var group in groups.Values)
        {
            group.CopyTo(connections, count);
            OrdinalOrder.Sort(connections.AsSpan(count, group.Count), c => c.From, CompareConnections);
            count += group.Count;
        }
        return connections;
    }

    /// <summary>Of one kind.</summary>
    private static int CompareConnections(Connection a, Connection b)
    {
        var order = string.CompareOrdinal(a.From, b.From);
        return order != 0 ? order : string.CompareOrdinal(a.To, b.To);
    }

    /// <summary>Of one namespace and kind.</summary>
    private static int CompareElements(Element a, Element b)
    {
        var order = string.CompareOrdinal(a.Name, b.Name);
        return order != 0 ? order : string.CompareOrdinal(a.Id, b.Id);
    }

    private ElementDraft Add(string id, string name, string? namespaceName)
    {
        var draft = new ElementDraft(id, name, namespaceName) { Number = _made++ };
        for (var n = 2; !_drafts.TryAdd(draft.Id, draft); n++)
        {
            draft = new ElementDraft($"{id}#{n}", name, namespaceName) { Number = draft.Number };
        }
        return draft;
    }

    private void Join(ConnectionKind kind, ElementDraft from, ElementDraft to)
    {
        var key = (kind, Math.Min(from.Number, to.Number), Math.Max(from.Number, to.Number));
        ref var connection = ref CollectionsMarshal.GetValueRefOrAddDefault(_connections, key, out _);
        connection ??= new(kind, from.Id, to.Id);
    }

    /// <summary>A MAC that is told and is not all zeros (loopback and tunnels have those).</summary>
    private static MacAddress? KnownMac(string? text) =>
        MacAddress.TryParse(text, out var address) && address.Value != 0 ? address : null;
}
