using System.Text;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;
using Plumbline.Views.Text;

namespace Plumbline.Views;

/// <summary>Several nodes as text, one after the other, and then the tunnels that join them.</summary>
public static class NodeSetText
{
    /// <summary>Draws the nodes; <see cref="RenderOptions.Focus"/> is not looked at.</summary>
    public static string Render(IReadOnlyList<Topology> nodes, RenderOptions options)
    {
        var output = new StringBuilder();
        foreach (var node in nodes)
        {
            output.Append(TopologyText.Render(node, options)).Append('\n');
        }
        var tunnels = NodeTunnel.Between(nodes);
        new StyledText(tunnels.Count > 0 ? "tunnels between the nodes" : "no tunnels between the nodes", Shade.Heading)
            .WriteLine(output, options.Colour);
        var line = options.Unicode ? " ══ " : " == ";
        foreach (var tunnel in tunnels)
        {
            var from = nodes[tunnel.From];
            var text = new StyledText($"  {HostOf(from)} {NameOf(from, tunnel.Port)} {tunnel.Ends.Local?.ToString() ?? "?"}{line}{tunnel.Ends.Remote}");
            if (tunnel.To is not { } to)
            {
                text.Add("  a node that was not given", Shade.Faint);
            }
            else if (tunnel.PortBack is { } back)
            {
                text.Add($" {NameOf(nodes[to], back)} {HostOf(nodes[to])}").Add($"  {tunnel.Ends.Type}", Shade.Faint);
            }
            else
            {
                text.Add($" {HostOf(nodes[to])}").Add($"  ! no {tunnel.Ends.Type} port there leads back", Shade.Bad);
            }
            text.WriteLine(output, options.Colour);
        }
        return output.ToString();
    }

    private static string HostOf(Topology node) => Printable.Escape(node.Snapshot.Host ?? "?");

    private static string NameOf(Topology node, string id) => Printable.Escape(node.Find(id)?.Name ?? id);
}
