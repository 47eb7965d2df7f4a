namespace Plumbline.Views.Svg;

/// <summary>
/// How panels of tiles stand: <see cref="Columns"/> columns of panels, each panel <see cref="Across"/> tiles wide, the next panel always in
/// the column that ends first. Widths are chosen so that the whole drawing comes near to the shape of a screen.
/// </summary>
internal sealed record Masonry
{
    /// <summary>Width to height that a drawing shall have.</summary>
    public const double Aspect = 1.6;

    /// <summary>Height of a tile.</summary>
    public const double TileHeight = 34;

    /// <summary>Between tiles.</summary>
    public const double TileGap = 5;

    /// <summary>Height of a panel's title.</summary>
    public const double Title = 26;

    /// <summary>Around the tiles of a panel.</summary>
    public const double Padding = 8;

    // so few networks stand one above the other, and their lines are drawn
    private const int FewPanels = 12;

    /// <summary>Columns of panels.</summary>
    public required int Columns { get; init; }

    /// <summary>Tiles side by side in a panel.</summary>
    public required int Across { get; init; }

    /// <summary>Width of a tile.</summary>
    public required double TileWidth { get; init; }

    /// <summary>Width of a panel.</summary>
    public double PanelWidth => Across * (TileWidth + TileGap) - TileGap + 2 * Padding;

    /// <summary>Width of all.</summary>
    public double Width => Columns * (PanelWidth + SvgSizes.Gap) - SvgSizes.Gap;

    /// <summary>Height of a panel with so many tiles.</summary>
    public double HeightOf(int tiles) => HeightOf(tiles, Across);

    /// <summary>
    /// Chooses for panels that stand beside something <paramref name="beside"/> wide and <paramref name="minHeight"/> high, and below
    /// something <paramref name="above"/> high.
    /// </summary>
    public static Masonry Choose(IReadOnlyList<TilePanel> panels, double beside, double above, double minHeight)
    {
        var tileWidth = TileWidthOf(panels);
        Masonry? best = null;
        var bestSide = double.MaxValue;
        var most = 0;
        foreach (var panel in panels)
        {
            most = Math.Max(most, panel.Tiles.Count);
        }
        for (var across = 2; across <= 256; across += Math.Max(1, across / 8))
        {
            double sum = 0, highest = 0;
            foreach (var panel in panels)
            {
                var height = HeightOf(panel.Tiles.Count, across) + SvgSizes.Gap;
                sum += height;
                highest = Math.Max(highest, height);
            }
            var columns = panels.Count <= FewPanels ? 1 : panels.Count;
            for (var count = 1; count <= columns; count++)
            {
                var candidate = new Masonry { Columns = count, Across = across, TileWidth = tileWidth };
                var height = above + (count == 1 ? sum : Math.Max(highest, sum / count + highest / 2));
                var width = beside + candidate.Width;
                var side = Math.Max(width / Aspect, Math.Max(height, minHeight));
                if (side < bestSide)
                {
                    (best, bestSide) = (candidate, side);
                }
                if (width / Aspect > bestSide)
                {
                    break;
                }
            }
            if (across >= most)
            {
                break;
            }
        }
        return best ?? new() { Columns = 1, Across = 2, TileWidth = tileWidth };
    }

    private static double HeightOf(int tiles, int across) =>
        Title + (tiles + across - 1) / across * (TileHeight + TileGap) - TileGap + Padding;

    // wide enough for the names, but the more tiles the narrower
    private static double TileWidthOf(IReadOnlyList<TilePanel> panels)
    {
        double widest = 110;
        var count = 0;
        foreach (var panel in panels)
        {
            count += panel.Tiles.Count;
            foreach (var tile in panel.Tiles)
            {
                widest = Math.Max(widest, TextMeasure.Of(tile.Name, SvgSizes.Text, true) + 14);
                widest = Math.Max(widest, TextMeasure.Of(tile.Second, SvgSizes.Small, false) + 14);
            }
        }
        return Math.Min(widest, count > 3000 ? 150 : 190);
    }
}
