using System.Globalization;
using System.Text;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;
using Plumbline.Views.Svg;

namespace Plumbline.Views;

/// <summary>
/// Several nodes as one picture: each as <see cref="TopologySvg"/> draws it, and the tunnels that join them. Ids begin with the node's
/// name: <c>cmp1:link:/tapX</c>.
/// </summary>
public static class NodeSetSvg
{
    /// <summary>Draws the nodes; <see cref="RenderOptions.Focus"/> is not looked at.</summary>
    public static string Render(IReadOnlyList<Topology> nodes, RenderOptions options)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        var layout = NodeSetLayout.Of(nodes, options.Expands);
        var names = new List<string>(nodes.Count);
        for (var i = 0; i < nodes.Count; i++)
        {
            var name = nodes[i].Snapshot.Host ?? "node";
            names.Add(names.Contains(name) ? $"{name}#{Words.Text(i + 1)}" : name);
        }
        var output = new StringBuilder(64 * 1024);
        TopologySvg.WriteHead(output, layout.Width, layout.Height, string.Join(", ", names));
        for (var i = 0; i < nodes.Count; i++)
        {
            var (x, y) = (layout.Places[i].X, layout.Places[i].Y);
            output.Append(CultureInfo.InvariantCulture, $"<g id=\"{TopologySvg.Escape(Printable.Escape(names[i]).Replace(' ', '_'))}\" ");
            output.Append(CultureInfo.InvariantCulture, $"transform=\"translate({TopologySvg.Number(x)} {TopologySvg.Number(y)})\">\n");
            output.Append($"<rect class=\"node\" width=\"{TopologySvg.Number(layout.Layouts[i].Width)}\" height=\"{TopologySvg.Number(layout.Layouts[i].Height)}\" rx=\"10\"/>\n");
            TopologySvg.WriteContent(output, layout.Layouts[i], names[i] + ":");
            output.Append("</g>\n");
        }
        foreach (var tunnel in layout.Tunnels)
        {
            WriteTunnel(output, tunnel, names);
        }
        foreach (var tunnel in layout.Tunnels)
        {
            WriteName(output, tunnel, names);   // over all lines
        }
        return TopologySvg.WriteEnd(output).ToString();
    }

    private static void WriteTunnel(StringBuilder output, NodeSetTunnel tunnel, List<string> names)
    {
        var title = TopologySvg.Escape(Printable.Escape($"{tunnel.Type} tunnel, {names[tunnel.From]} to {names[tunnel.To]}"
            + (tunnel.IsOneSided ? ": no port there leads back" : "")));
        output.Append($"<g role=\"graphics-symbol\" aria-label=\"{title}\"><title>{title}</title><polyline class=\"wire tunnel{(tunnel.IsOneSided ? " bad" : "")}\" fill=\"none\" points=\"");
        foreach (var point in tunnel.Points)
        {
            output.Append($"{TopologySvg.Number(point.X)},{TopologySvg.Number(point.Y)} ");
        }
        output.Append("\"/></g>\n");
    }

    /// <summary>Its name, on its longest level piece.</summary>
    private static void WriteName(StringBuilder output, NodeSetTunnel tunnel, List<string> names)
    {
        var (best, at) = (0.0, 0);
        for (var i = 1; i < tunnel.Points.Count; i++)
        {
            var length = Math.Abs(tunnel.Points[i].X - tunnel.Points[i - 1].X);
            if (length > best)
            {
                (best, at) = (length, i);
            }
        }
        if (at > 0 && best > 60)
        {
            // beside each other, not below: names of neighbours would be one block of text
            var share = (tunnel.Lane % 6 + 1) / 7.0;
            var x = tunnel.Points[at - 1].X + (tunnel.Points[at].X - tunnel.Points[at - 1].X) * share;
            output.Append($"<text class=\"on-line\" x=\"{TopologySvg.Number(x)}\" y=\"{TopologySvg.Number(tunnel.Points[at].Y + 3.5)}\" font-size=\"{TopologySvg.Number(SvgSizes.Small)}\" text-anchor=\"middle\">");
            output.Append(TopologySvg.Escape(Printable.Escape($"{tunnel.Type} {names[tunnel.From]} – {names[tunnel.To]}"))).Append("</text>\n");
        }
    }
}
