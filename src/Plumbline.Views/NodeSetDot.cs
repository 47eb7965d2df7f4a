using System.Text;
using Plumbline.Node.Topologies;
using Plumbline.Views.Graphs;

namespace Plumbline.Views;

/// <summary>Several nodes in Graphviz's language: a cluster each, and the tunnels that join them.</summary>
public static class NodeSetDot
{
    /// <summary>Writes one undirected graph.</summary>
    public static string Render(IReadOnlyList<Topology> nodes, RenderOptions options)
    {
        var output = new StringBuilder("graph \"nodes\" {\n");
        TopologyDot.WriteStyle(output);
        var graphs = new List<GraphModel>();
        for (var i = 0; i < nodes.Count; i++)
        {
            var graph = new GraphModel(nodes[i], options) { Prefix = $"h{Words.Text(i)}n" };
            graphs.Add(graph);
            output.Append($"  subgraph cluster_h{Words.Text(i)} {{\n    label={TopologyDot.Quote([nodes[i].Snapshot.Host ?? "node"])}\n");
            TopologyDot.WriteBody(output, graph, $"cluster_h{Words.Text(i)}_");
            output.Append("  }\n");
        }
        foreach (var tunnel in NodeTunnel.Between(nodes))
        {
            if (tunnel is { To: { } to, PortBack: { } back } && graphs[tunnel.From].Has(tunnel.Port) && graphs[to].Has(back))
            {
                output.Append($"  {graphs[tunnel.From].NameOf(tunnel.Port)} -- {graphs[to].NameOf(back)} ");
                output.Append($"[style=bold label={TopologyDot.Quote([tunnel.Ends.Type])}]\n");
            }
        }
        return output.Append("}\n").ToString();
    }
}
