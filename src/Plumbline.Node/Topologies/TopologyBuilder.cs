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
    private readonly Dictionary<string, ElementDraft> _drafts = new(StringComparer.Ordinal);
    private readonly Dictionary<(ConnectionKind Kind, string A, string B), Connection> _connections = [];

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
        Connect();
        Judge();
        var elements = new Element[_drafts.Count];
        var count = 0;
        foreach (var draft in _drafts.Values)
        {
            elements[count++] = draft.Freeze();
        }
        Array.Sort(elements, CompareElements);
        var connections = new Connection[_connections.Count];
        _connections.Values.CopyTo(connections, 0);
        Array.Sort(connections, CompareConnections);
        return new()
        {
            Snapshot = snapshot,
            Elements = elements,
            Connections = connections,
            Vifs = FreezeVifs(),
            Networks = _networks,
        };
    }

    private static int CompareConnections(Connection a, Connection b)
    {
        var order = ((int)a.Kind).CompareTo((int)b.Kind);
        order = order != 0 ? order : string.CompareOrdinal(a.From, b.From);
        return order != 0 ? order : string.CompareOrdinal(a.To, b.To);
    }

    private static int CompareElements(Element a, Element b)
    {
        var order = string.CompareOrdinal(a.Namespace ?? "", b.Namespace ?? "");
        order = order != 0 ? order : ((int)a.Kind).CompareTo((int)b.Kind);
        order = order != 0 ? order : string.CompareOrdinal(a.Name, b.Name);
        return order != 0 ? order : string.CompareOrdinal(a.Id, b.Id);
    }

    private ElementDraft Add(string id, string name, string? namespaceName)
    {
        var unique = id;
        for (var n = 2; _drafts.ContainsKey(unique); n++)
        {
            unique = $"{id}#{n}";
        }
        var draft = new ElementDraft(unique, name, namespaceName);
        _drafts.Add(unique, draft);
        return draft;
    }

    private void Join(ConnectionKind kind, ElementDraft from, ElementDraft to)
    {
        var (a, b) = string.CompareOrdinal(from.Id, to.Id) <= 0 ? (from.Id, to.Id) : (to.Id, from.Id);
        _connections.TryAdd((kind, a, b), new(kind, from.Id, to.Id));
    }

    /// <summary>A MAC that is told and is not all zeros (loopback and tunnels have those).</summary>
    private static MacAddress? KnownMac(string? text) =>
        MacAddress.TryParse(text, out var address) && address.Value != 0 ? address : null;
}
