using System.Globalization;
using System.Text;
using Plumbline.Node.Topologies;
using Plumbline.Views.Graphs;

namespace Plumbline.Views;

/// <summary>Several nodes as one Mermaid flowchart: a subgraph each, and the tunnels that join them.</summary>
public static class NodeSetMermaid
{
    /// <summary>Writes one flowchart.</summary>
    public static string Render(IReadOnlyList<Topology> nodes, RenderOptions options)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        var output = new StringBuilder("flowchart LR\n");
        var graphs = new List<GraphModel>();
        for (var i = 0; i < nodes.Count; i++)
        {
            var graph = new GraphModel(nodes[i], options) { Prefix = $"h{Words.Text(i)}n" };
            graphs.Add(graph);
            output.Append(CultureInfo.InvariantCulture, $"  subgraph h{i}[\"{TopologyMermaid.Escape(nodes[i].Snapshot.Host ?? "node")}\"]\n");
            TopologyMermaid.WriteBody(output, graph, $"h{Words.Text(i)}");
            output.Append("  end\n");
        }
        foreach (var tunnel in NodeTunnel.Between(nodes))
        {
            if (tunnel is { To: { } to, PortBack: { } back } && graphs[tunnel.From].Has(tunnel.Port) && graphs[to].Has(back))
            {
                output.Append($"  {graphs[tunnel.From].NameOf(tunnel.Port)} == {TopologyMermaid.Escape(tunnel.Ends.Type)} === {graphs[to].NameOf(back)}\n");
            }
        }
        TopologyMermaid.WriteClasses(output, graphs);
        return output.ToString();
    }
}
