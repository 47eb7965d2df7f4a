using Plumbline.Primitives;

namespace Plumbline.Views.Svg;

internal sealed partial class TopologyLayout
{
    /// <summary>Puts the panels of a bridge's networks beneath the chains that are drawn whole, within the bridge.</summary>
    private Column AddTiles(Column left, Root root, double rightHeight, double rightWidth)
    {
        if (root.Panels.Count == 0)
        {
            return left;
        }
        var edge = root.Left.Count > 0 ? _columns.Extent : 0;
        var top = left.Height > 0 ? left.Height + 2 * SvgSizes.Gap : SvgSizes.Gap;
        var masonry = Masonry.Choose(root.Panels, edge + rightWidth, top, rightHeight);
        var taps = new List<BusTap>(left.Taps);
        var canvas = left.Canvas;
        var bottom = DrawTilePanels(canvas, root.Panels, masonry, edge + BoxPadding, top, taps, edge);
        return new(canvas, bottom + SvgSizes.Gap, Math.Max(left.Inner, BoxPadding + masonry.Width), taps);
    }

    /// <summary>Draws panels; returns where the lowest ends.</summary>
    private double DrawTilePanels(
        Canvas canvas, IReadOnlyList<TilePanel> panels, Masonry masonry, double x, double y, List<BusTap>? taps = null, double edge = 0)
    {
        var ends = new double[masonry.Columns];
        Array.Fill(ends, y);
        var bottom = y;
        foreach (var panel in panels)
        {
            var column = 0;
            for (var i = 1; i < ends.Length; i++)
            {
                column = ends[i] < ends[column] ? i : column;
            }
            var rect = new SvgRect(x + column * (masonry.PanelWidth + SvgSizes.Gap), ends[column], masonry.PanelWidth,
                masonry.HeightOf(panel.Tiles.Count));
            DrawTilePanel(canvas, panel, masonry, rect);
            if (taps is not null && masonry.Columns == 1 && panel.Vlan is { } vlan && vlan != Words.DeadVlan)
            {
                taps.Add(new(vlan, rect.Right - edge, rect.Y + Masonry.Title / 2));
            }
            bottom = Math.Max(bottom, rect.Bottom);
            ends[column] = rect.Bottom + SvgSizes.Gap;
        }
        return bottom;
    }

    private void DrawTilePanel(Canvas canvas, TilePanel panel, Masonry masonry, SvgRect rect)
    {
        var bad = 0;
        foreach (var tile in panel.Tiles)
        {
            bad += tile.IsBad ? 1 : 0;
        }
        var count = Words.Count(panel.Tiles.Count, panel.Noun) + (bad > 0 ? $", {Words.Text(bad)} not well" : "");
        canvas.AddFrame(new(rect, "panel", 6, panel.Key, $"{panel.Title}\n{count}", panel.Title));
        var y = rect.Y + Masonry.Title / 2;
        var x = rect.X + Masonry.Padding;
        if (panel.Vlan is { } vlan)
        {
            x = DrawPill(canvas, vlan, x, y).Right + 8;
        }
        var room = rect.Right - Masonry.Padding - x;
        var counted = TextMeasure.Fit(count, SvgSizes.Small, false, room);
        x = canvas.AddLabel(counted, x, y, bad > 0 ? "bad-text" : "faint", SvgSizes.Small).Right + 10;
        room = rect.Right - Masonry.Padding - x;
        if (room > 40)
        {
            canvas.AddLabel(TextMeasure.Fit(Printable.Escape(panel.Title), SvgSizes.Text, true, room), x, y, "name", isBold: true);
        }
        for (var i = 0; i < panel.Tiles.Count; i++)
        {
            DrawTile(canvas, panel.Tiles[i], new(
                rect.X + Masonry.Padding + i % masonry.Across * (masonry.TileWidth + Masonry.TileGap),
                rect.Y + Masonry.Title + i / masonry.Across * (Masonry.TileHeight + Masonry.TileGap), masonry.TileWidth, Masonry.TileHeight));
        }
    }

    private static void DrawTile(Canvas canvas, Tile tile, SvgRect rect)
    {
        const double Inset = 6;
        canvas.AddChip(new(rect, tile.IsBad ? "tile bad" : "tile", 4, tile.Id, tile.Tooltip, tile.Name));
        canvas.AddLabel(TextMeasure.Fit(Printable.Escape(tile.Name), SvgSizes.Text, true, rect.Width - 2 * Inset),
            rect.X + Inset, rect.Y + 11, "name", isBold: true);
        canvas.AddLabel(TextMeasure.Fit(Printable.Escape(tile.Second), SvgSizes.Small, false, rect.Width - 2 * Inset),
            rect.X + Inset, rect.Y + 25, tile.IsBad ? "bad-text" : "faint", SvgSizes.Small);
    }
}
