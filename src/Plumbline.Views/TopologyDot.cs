using System.Text;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;
using Plumbline.Views.Graphs;

namespace Plumbline.Views;

/// <summary>The topology in Graphviz's language: <c>plumb topology -o dot | dot -Tsvg</c>. Bridges and namespaces are clusters.</summary>
public static class TopologyDot
{
    /// <summary>Writes one undirected graph.</summary>
    public static string Render(Topology topology, RenderOptions options)
    {
        var graph = new GraphModel(topology, options);
        var output = new StringBuilder();
        output.Append($"graph {Quote([topology.Snapshot.Host ?? "node"])} {{\n");
        WriteStyle(output);
        WriteBody(output, graph, "cluster_");
        return output.Append("}\n").ToString();
    }

    /// <summary>How everything looks.</summary>
    internal static void WriteStyle(StringBuilder output)
    {
        output.Append("  rankdir=LR\n  fontname=\"sans-serif\"\n  ranksep=0.6\n");
        output.Append("  node [shape=box style=\"rounded,filled\" fillcolor=white fontname=\"sans-serif\" fontsize=10]\n");
        output.Append("  edge [fontname=\"sans-serif\" fontsize=8]\n");
    }

    /// <summary>The clusters, nodes and edges of a graph.</summary>
    internal static void WriteBody(StringBuilder output, GraphModel graph, string cluster)
    {
        for (var i = 0; i < graph.Groups.Count; i++)
        {
            var group = graph.Groups[i];
            output.Append($"  subgraph {cluster}{i} {{\n    label={Quote([group.Title])}\n    style=\"rounded,filled\"\n");
            output.Append(group.IsNamespace ? "    color=\"#8250df\" fillcolor=\"#f6f0ff\"\n" : "    color=\"#0969da\" fillcolor=\"#eef6ff\"\n");
            foreach (var element in group.Elements)
            {
                WriteNode(output, "    ", graph, element);
            }
            output.Append("  }\n");
        }
        foreach (var element in graph.Loose)
        {
            WriteNode(output, "  ", graph, element);
        }
        foreach (var edge in graph.Edges)
        {
            output.Append($"  {graph.NameOf(edge.From)} -- {graph.NameOf(edge.To)}");
            if (GraphModel.LabelOf(edge) is { } label)
            {
                // two lines side by side, as a pair is
                output.Append($" [color=\"black:white:black\" label={Quote([label])}]");
            }
            else if (edge.Kind == ConnectionKind.Tunnel)
            {
                output.Append(" [style=dashed]");
            }
            output.Append('\n');
        }
    }

    private static void WriteNode(StringBuilder output, string indent, GraphModel graph, Element element)
    {
        output.Append($"{indent}{graph.NameOf(element.Id)} [label={Quote(GraphModel.LabelOf(element))}");
        output.Append(element.Kind switch
        {
            ElementKind.Instance => " fillcolor=\"#dafbe1\"",
            ElementKind.RemoteEnd => " shape=ellipse",
            ElementKind.OvsBridge or ElementKind.LinuxBridge or ElementKind.HybridBridge => " fillcolor=\"#ddf4ff\" penwidth=2",
            _ => "",
        });
        output.Append(GraphModel.IsBad(element) || element.Troubles.Count > 0
            ? " color=\"#cf222e\" style=\"rounded,filled,dashed\"]\n"
            : "]\n");
    }

    // a quoted string knows two escapes that matter: a quote, and a backslash that would begin \n or \N
    internal static string Quote(IEnumerable<string> lines) => "\"" + string.Join("\\n", lines.Select(line =>
        Printable.Escape(line).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal))) + "\"";
}
