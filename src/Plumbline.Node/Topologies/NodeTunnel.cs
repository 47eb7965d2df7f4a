namespace Plumbline.Node.Topologies;

/// <summary>A tunnel that leads from one node's port to another node.</summary>
/// <param name="From">The node, by its place in the list.</param>
/// <param name="Port">Id of the tunnel's element there.</param>
/// <param name="Ends">Its ends.</param>
/// <param name="To">The node that has the remote address, by its place; null where none of those given has it.</param>
/// <param name="PortBack">Id of the port there that leads back; null where there is none, so that answers would not come.</param>
public sealed record NodeTunnel(int From, string Port, TunnelEnds Ends, int? To, string? PortBack)
{
    /// <summary>
    /// The tunnels of several nodes, each pair once: the port of the earlier node stands for both. A node has an address when one of its tunnel
    /// ports starts there, or one of its devices carries it.
    /// </summary>
    public static IReadOnlyList<NodeTunnel> Between(IReadOnlyList<Topology> nodes)
    {
        var owners = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < nodes.Count; i++)
        {
            foreach (var element in nodes[i].Elements)
            {
                if (element is { Kind: ElementKind.Tunnel, Tunnel.Local: { } local })
                {
                    owners.TryAdd(local.ToString(), i);
                }
                else if (element.Kind != ElementKind.RemoteEnd && (element.Namespace ?? "").Length == 0)
                {
                    foreach (var address in element.IPAddresses)
                    {
                        owners.TryAdd(address.Split('/')[0], i);
                    }
                }
            }
        }
        var tunnels = new List<NodeTunnel>();
        for (var i = 0; i < nodes.Count; i++)
        {
            foreach (var element in nodes[i].Elements)
            {
                if (element is not { Kind: ElementKind.Tunnel, Tunnel: { Remote: { } remote } ends })
                {
                    continue;
                }
                int? to = owners.TryGetValue(remote.ToString(), out var owner) && owner != i ? owner : null;
                var back = to is { } other ? Back(nodes[other], ends)?.Id : null;
                if (to < i && back is not null)
                {
                    continue;   // the earlier node's port stands for both
                }
                tunnels.Add(new(i, element.Id, ends, to, back));
            }
        }
        return tunnels;
    }

    private static Element? Back(Topology node, TunnelEnds ends)
    {
        foreach (var element in node.Elements)
        {
            if (element is { Kind: ElementKind.Tunnel, Tunnel: { } other } && other.Type == ends.Type
                && ends.Local is not null && ends.Local.Equals(other.Remote))
            {
                return element;
            }
        }
        return null;
    }
}
