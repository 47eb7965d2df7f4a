using Plumbline.Node.Topologies;

namespace Plumbline.Views.Svg;

/// <summary>
/// Several nodes' layouts on one canvas: in rows, so that the picture keeps about the shape of a screen, and the tunnels
/// that join them in the channels between them, where they cross no node.
/// </summary>
/// <param name="Width">Of the view box.</param>
/// <param name="Height">Of the view box.</param>
/// <param name="Places">Where each node's layout begins, in the order of the nodes.</param>
/// <param name="Layouts">The nodes' own layouts.</param>
/// <param name="Tunnels">Paths of tunnels.</param>
internal sealed record NodeSetLayout(
    double Width, double Height, IReadOnlyList<SvgPoint> Places, IReadOnlyList<SvgLayout> Layouts, IReadOnlyList<NodeSetTunnel> Tunnels)
{
    /// <summary>Room above a row.</summary>
    private const double Heading = 16;

    /// <summary>A tunnel's line beside the next, which leaves room for the name that stands on it.</summary>
    private const double Lane = 14;

    private const double Gap = 40;

    /// <summary>Where everything is.</summary>
    public static NodeSetLayout Of(IReadOnlyList<Topology> nodes, bool expands)
    {
        var layouts = new List<SvgLayout>(nodes.Count);
        foreach (var node in nodes)
        {
            layouts.Add(TopologyLayout.Of(node, expands));
        }
        var tunnels = NodeTunnel.Between(nodes).Where(t => t.To is { } to && to != t.From).ToList();
        var channel = Gap + Math.Min(tunnels.Count, 24) * Lane;
        var rows = RowsOf(layouts, channel);
        var places = new SvgPoint[nodes.Count];
        var channels = new double[rows.Count];
        double width = 0, y = SvgSizes.Margin;
        for (int r = 0, n = 0; r < rows.Count; r++)
        {
            double x = SvgSizes.Margin + channel, tallest = 0;
            for (var i = 0; i < rows[r]; i++, n++)
            {
                places[n] = new(x, y + Heading);
                x += layouts[n].Width + channel;
                tallest = Math.Max(tallest, layouts[n].Height);
            }
            width = Math.Max(width, x + SvgSizes.Margin);
            y += Heading + tallest;
            channels[r] = y;
            y += channel;
        }
        var paths = new List<NodeSetTunnel>(tunnels.Count);
        for (var i = 0; i < tunnels.Count; i++)
        {
            paths.Add(PathOf(tunnels[i], i % 24, layouts, places, rows, channels));
        }
        return new(width, y + SvgSizes.Margin, places, layouts, paths);
    }

    /// <summary>How many nodes a row has: the number that makes the picture most like 4 by 3.</summary>
    private static List<int> RowsOf(List<SvgLayout> layouts, double channel)
    {
        List<int>? best = null;
        var least = double.MaxValue;
        for (var columns = 1; columns <= layouts.Count; columns++)
        {
            var rows = new List<int>();
            double width = 0, height = 0;
            for (var n = 0; n < layouts.Count; n += columns)
            {
                var count = Math.Min(columns, layouts.Count - n);
                double across = 0, down = 0;
                for (var i = n; i < n + count; i++)
                {
                    across += layouts[i].Width + channel;
                    down = Math.Max(down, layouts[i].Height);
                }
                rows.Add(count);
                width = Math.Max(width, across);
                height += down + Heading + channel;
            }
            var away = Math.Abs(Math.Log(width / height / (4.0 / 3)));
            if (away < least)
            {
                (least, best) = (away, rows);
            }
        }
        return best ?? [];
    }

    /// <summary>
    /// From the tunnel's port right into the channel beside its node, down or up to the channel below its row, along that, and so to the other
    /// end's port. Each tunnel has a lane of its own in every channel.
    /// </summary>
    private static NodeSetTunnel PathOf(
        NodeTunnel tunnel, int lane, List<SvgLayout> layouts, SvgPoint[] places, List<int> rows, double[] channels)
    {
        var offset = Gap / 2 + lane * Lane;
        var (from, to) = (tunnel.From, tunnel.To!.Value);
        var start = EndOf(layouts[from], places[from], tunnel.Port);
        var end = tunnel.PortBack is { } back ? EndOf(layouts[to], places[to], back) : Edge(layouts[to], places[to]);
        var (fromRow, toRow) = (RowOf(rows, from), RowOf(rows, to));
        var right = places[from].X + layouts[from].Width + offset;
        var left = places[to].X + layouts[to].Width + offset;
        var below = channels[Math.Min(fromRow, toRow)] + offset;
        var points = new List<SvgPoint> { start, new(right, start.Y), new(right, below) };
        if (left != right)
        {
            points.Add(new(left, below));
        }
        points.Add(new(left, end.Y));
        points.Add(end);
        return new(points, tunnel.Ends.Type, tunnel.PortBack is null, from, to, lane);
    }

    private static int RowOf(List<int> rows, int node)
    {
        var row = 0;
        for (; node >= rows[row]; row++)
        {
            node -= rows[row];
        }
        return row;
    }

    /// <summary>The right edge of what stands for the port; of the node, where it is not drawn by itself.</summary>
    private static SvgPoint EndOf(SvgLayout layout, SvgPoint place, string port)
    {
        foreach (var boxes in (ReadOnlySpan<IReadOnlyList<SvgBox>>)[layout.Chips, layout.Frames])
        {
            foreach (var box in boxes)
            {
                if (box.Element == port)
                {
                    return new(place.X + RightOf(layout, box.Rect), place.Y + box.Rect.CentreY);
                }
            }
        }
        return Edge(layout, place);
    }

    /// <summary>Behind the box of the other end that stands beside the port in the node's own drawing.</summary>
    private static double RightOf(SvgLayout layout, SvgRect port)
    {
        var right = port.Right;
        foreach (var frame in layout.Frames)
        {
            if (frame.Class.Contains("remote", StringComparison.Ordinal) && frame.Rect.X >= port.Right
                && frame.Rect.Y <= port.CentreY && frame.Rect.Bottom >= port.CentreY)
            {
                right = Math.Max(right, frame.Rect.Right);
            }
        }
        return right;
    }

    private static SvgPoint Edge(SvgLayout layout, SvgPoint place) => new(place.X + layout.Width - SvgSizes.Margin, place.Y + layout.Height / 2);
}
