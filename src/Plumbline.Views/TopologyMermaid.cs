using System.Globalization;
using System.Text;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;
using Plumbline.Views.Graphs;

namespace Plumbline.Views;

/// <summary>The topology as a Mermaid flowchart, which wikis and code hosts draw in place. Bridges and namespaces are subgraphs.</summary>
public static class TopologyMermaid
{
    /// <summary>Writes one flowchart.</summary>
    public static string Render(Topology topology, RenderOptions options)
    {
        var graph = new GraphModel(topology, options);
        var output = new StringBuilder("flowchart LR\n");
        WriteBody(output, graph, "");
        WriteClasses(output, [graph]);
        return output.ToString();
    }

    /// <summary>Boxes and lines of one node; <paramref name="prefix"/> stands before the subgraphs' names.</summary>
    internal static void WriteBody(StringBuilder output, GraphModel graph, string prefix)
    {
        for (var i = 0; i < graph.Groups.Count; i++)
        {
            var group = graph.Groups[i];
            output.Append(CultureInfo.InvariantCulture, $"  subgraph {prefix}g{i}[\"{Escape(group.Title)}\"]\n");
            foreach (var element in group.Elements)
            {
                WriteNode(output, "    ", graph, element);
            }
            output.Append("  end\n");
        }
        foreach (var element in graph.Loose)
        {
            WriteNode(output, "  ", graph, element);
        }
        foreach (var edge in graph.Edges)
        {
            var line = edge.Kind switch
            {
                ConnectionKind.VethPair => "== veth ===",
                ConnectionKind.PatchPair => "== patch ===",
                ConnectionKind.Tunnel => "-.-",
                _ => "---",
            };
            output.Append($"  {graph.NameOf(edge.From)} {line} {graph.NameOf(edge.To)}\n");
        }
    }

    /// <summary>How instances, bridges and what is not well look.</summary>
    internal static void WriteClasses(StringBuilder output, IReadOnlyList<GraphModel> graphs)
    {
        output.Append("  classDef instance fill:#dafbe1,stroke:#1a7f37,color:#1f2328\n");
        output.Append("  classDef bridge fill:#ddf4ff,stroke:#0969da,stroke-width:2px,color:#1f2328\n");
        output.Append("  classDef bad stroke:#cf222e,stroke-width:2px,stroke-dasharray:5 3\n");
        Class("instance", element => element.Kind == ElementKind.Instance);
        Class("bridge", TopologyIndex.IsBridge);
        Class("bad", element => GraphModel.IsBad(element) || element.Troubles.Count > 0);

        void Class(string name, Predicate<Element> isOf)
        {
            foreach (var graph in graphs)
            {
                var members = graph.Groups.SelectMany(group => group.Elements).Concat(graph.Loose).Where(element => isOf(element)).ToList();
                if (members.Count > 0)
                {
                    output.Append($"  class {string.Join(',', members.Select(element => graph.NameOf(element.Id)))} {name}\n");
                }
            }
        }
    }

    private static void WriteNode(StringBuilder output, string indent, GraphModel graph, Element element)
    {
        var label = string.Join("<br/>", GraphModel.LabelOf(element).Select(Escape));
        var (open, close) = element.Kind switch
        {
            ElementKind.RemoteEnd => ("([", "])"),
            ElementKind.Instance => ("(", ")"),
            _ => ("[", "]"),
        };
        output.Append($"{indent}{graph.NameOf(element.Id)}{open}\"{label}\"{close}\n");
    }

    // whatever might mean something to Mermaid, to Markdown or to HTML inside a label goes as a number
    internal static string Escape(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in Printable.Escape(text).EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || rune.Value is ' ' or '-' or '.' or ':' or '/' or ',' or '(' or ')' or '!')
            {
                result.Append(rune);
            }
            else
            {
                result.Append(CultureInfo.InvariantCulture, $"#{rune.Value};");
            }
        }
        return result.ToString();
    }
}
