namespace Plumbline.Views.Svg;

/// <summary>Measures of the drawing in pixels.</summary>
internal static class SvgSizes
{
    /// <summary>Font size of names.</summary>
    public const double Text = 11;

    /// <summary>Font size of facts.</summary>
    public const double Small = 10;

    /// <summary>Font size of headings.</summary>
    public const double Heading = 12;

    /// <summary>Around the drawing.</summary>
    public const double Margin = 24;

    /// <summary>A row with a port.</summary>
    public const double Row = 28;

    /// <summary>A row with an instance's chain.</summary>
    public const double ChainRow = 34;

    /// <summary>A port.</summary>
    public const double Chip = 20;

    /// <summary>A line of small text.</summary>
    public const double Line = 14;

    /// <summary>Left and right of a port's name.</summary>
    public const double ChipPadding = 8;

    /// <summary>A line between two boxes.</summary>
    public const double Wire = 40;

    /// <summary>Between the lines of two networks.</summary>
    public const double Bus = 14;

    /// <summary>Between boxes that stand side by side or one above the other.</summary>
    public const double Gap = 12;
}
