using Plumbline.Node.Topologies;

namespace Plumbline.Views.Graphs;

/// <summary>A topology cut into frames, for formats that lay out by themselves (DOT, Mermaid). Healthy loopbacks are left out.</summary>
internal sealed class GraphModel
{
    private readonly Dictionary<string, int> _numbers = [];

    /// <summary>Cuts the topology, or what a focus leaves of it.</summary>
    public GraphModel(Topology topology, RenderOptions options)
    {
        var index = new TopologyIndex(topology);
        var part = options.Focus is { } focus ? Selection.Of(index, focus) : null;
        var groups = new Dictionary<string, List<Element>>();
        foreach (var element in topology.Elements)
        {
            if (!(part?.Contains(element) ?? true) || element is { Kind: ElementKind.Loopback, Troubles: [] })
            {
                continue;
            }
            _numbers[element.Id] = _numbers.Count;
            var key = GroupOf(index, element);
            if (!groups.TryGetValue(key, out var group))
            {
                groups[key] = group = [];
            }
            group.Add(element);
        }
        Loose = groups.Remove("", out var loose) ? loose : [];
        Groups = [.. groups.Select(group =>
            new GraphGroup(group.Key, group.Key.StartsWith("namespace ", StringComparison.Ordinal), group.Value))];
        var distances = Distances(index);
        Edges = [.. topology.Connections.Where(edge => _numbers.ContainsKey(edge.From) && _numbers.ContainsKey(edge.To))
            .Select(edge => distances[edge.From] <= distances[edge.To] ? edge : edge with { From = edge.To, To = edge.From })];
    }

    /// <summary>Frames.</summary>
    public IReadOnlyList<GraphGroup> Groups { get; }

    /// <summary>Elements in no frame.</summary>
    public IReadOnlyList<Element> Loose { get; }

    /// <summary>What joins the elements, led from instances outwards, so that instances come to stand at the left.</summary>
    public IReadOnlyList<Connection> Edges { get; }

    /// <summary>A short name for an element that needs no escaping: <c>n17</c>.</summary>
    public string NameOf(string id) => Prefix + Words.Text(_numbers[id]);

    /// <summary>It is drawn.</summary>
    public bool Has(string id) => _numbers.ContainsKey(id);

    /// <summary>What short names begin with.</summary>
    public string Prefix { get; init; } = "n";

    /// <summary>The lines of an element's label: its name, then what an operator wants to see first.</summary>
    public static IEnumerable<string> LabelOf(Element element)
    {
        yield return element.Name;
        if (element.Kind is not (ElementKind.OvsBridge or ElementKind.RemoteEnd))
        {
            yield return element.Tunnel is { } tunnel ? $"{tunnel.Type} tunnel" : Words.Of(element.Kind);
        }
        if (element.Vlan is { } vlan)
        {
            yield return vlan == Words.DeadVlan ? "VLAN 4095 DEAD" : $"VLAN {Words.Text(vlan)}";
        }
        foreach (var address in element.IPAddresses.Where(address => !Words.IsLinkLocal(address)))
        {
            yield return address;
        }
        if (IsBad(element))
        {
            yield return Words.Of(element.State).ToUpperInvariant();
        }
        foreach (var trouble in element.Troubles)
        {
            yield return "! " + trouble;
        }
    }

    /// <summary>It is missing, or down where that means something.</summary>
    public static bool IsBad(Element element) => element.State == ElementState.Missing || element.State == ElementState.Down
        && element.Kind is not (ElementKind.OvsBridge or ElementKind.Other or ElementKind.OvsInternal);

    /// <summary>A label for an edge; null for none.</summary>
    public static string? LabelOf(Connection edge) => edge.Kind switch
    {
        ConnectionKind.VethPair => "veth",
        ConnectionKind.PatchPair => "patch",
        _ => null,
    };

    // hops from the nearest instance; where there is none, from the first element that nothing reached
    private static Dictionary<string, int> Distances(TopologyIndex index)
    {
        var distances = new Dictionary<string, int>();
        var queue = new Queue<Element>();
        var elements = index.Topology.Elements;
        foreach (var start in elements.Where(element => element.Kind == ElementKind.Instance))
        {
            distances[start.Id] = 0;
            queue.Enqueue(start);
        }
        foreach (var next in elements.Prepend(null))
        {
            if (next is not null && distances.TryAdd(next.Id, 0))
            {
                queue.Enqueue(next);
            }
            while (queue.TryDequeue(out var element))
            {
                foreach (var (_, other) in index.Neighbours(element))
                {
                    if (distances.TryAdd(other.Id, distances[element.Id] + 1))
                    {
                        queue.Enqueue(other);
                    }
                }
            }
        }
        return distances;
    }

    private static string GroupOf(TopologyIndex index, Element element) => element switch
    {
        { Namespace: { Length: > 0 } space } => $"namespace {space}",
        { Kind: ElementKind.OvsBridge } => $"OVS bridge {element.Name}",
        { OvsBridge: { } bridge } => $"OVS bridge {bridge}",
        _ when TopologyIndex.IsBridge(element) => $"Linux bridge {element.Name}",
        _ when index.BridgeOf(element) is { } bridge => $"Linux bridge {bridge.Name}",
        _ => "",
    };
}
