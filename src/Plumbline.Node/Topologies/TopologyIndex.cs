namespace Plumbline.Node.Topologies;

/// <summary>
/// Look-ups of a <see cref="Topology"/>, made when first asked for. Every index equals every other one, so that topologies compare by
/// their lists; a copy with other lists (<c>with</c>) gets look-ups of its own, because each remembers the list it was made from.
/// </summary>
internal sealed class TopologyIndex : IEquatable<TopologyIndex>
{
    private Memo<Element>? _elements;
    private MultiMemo<Connection>? _connections;
    private MultiMemo<Vif>? _vifs;

    public bool Equals(TopologyIndex? other) => other is not null;

    public override bool Equals(object? obj) => obj is TopologyIndex;

    public override int GetHashCode() => 0;

    internal IReadOnlyDictionary<string, Element> Elements(Topology topology)
    {
        var memo = _elements;
        if (memo is null || !ReferenceEquals(memo.Source, topology.Elements))
        {
            memo = new(topology.Elements, topology.Elements.ToDictionary(e => e.Id));
            _elements = memo;
        }
        return memo.Found;
    }

    internal IReadOnlyDictionary<string, List<Connection>> Connections(Topology topology)
    {
        var memo = _connections;
        if (memo is null || !ReferenceEquals(memo.Source, topology.Connections))
        {
            memo = new(topology.Connections, Group(topology.Connections, c => [c.From, c.To]));
            _connections = memo;
        }
        return memo.Found;
    }

    internal IReadOnlyDictionary<string, List<Vif>> Vifs(Topology topology)
    {
        var memo = _vifs;
        if (memo is null || !ReferenceEquals(memo.Source, topology.Vifs))
        {
            memo = new(topology.Vifs, Group(topology.Vifs, v => [v.Instance, v.Device, v.HybridBridge, v.BridgeEnd, v.OvsEnd]));
            _vifs = memo;
        }
        return memo.Found;
    }

    private static Dictionary<string, List<T>> Group<T>(IReadOnlyList<T> items, Func<T, string?[]> keys)
    {
        var result = new Dictionary<string, List<T>>();
        foreach (var item in items)
        {
            foreach (var key in keys(item).Distinct())
            {
                if (key is not null)
                {
                    result.TryAdd(key, []);
                    result[key].Add(item);
                }
            }
        }
        return result;
    }

    private sealed record Memo<T>(IReadOnlyList<T> Source, Dictionary<string, T> Found);

    private sealed record MultiMemo<T>(IReadOnlyList<T> Source, Dictionary<string, List<T>> Found);
}
