namespace Plumbline.Views.Svg;

/// <summary>A finished layout: geometry alone, so that it can be checked without reading markup. What comes later lies above.</summary>
/// <param name="Width">Of the view box.</param>
/// <param name="Height">Of the view box.</param>
/// <param name="Frames">Bridges, namespaces, instances, remote ends: boxes that hold others.</param>
/// <param name="Lines">What joins them.</param>
/// <param name="Dots">Where a network's line is tapped.</param>
/// <param name="Chips">Ports and devices.</param>
/// <param name="Labels">All text.</param>
internal sealed record SvgLayout(
    double Width, double Height, IReadOnlyList<SvgBox> Frames, IReadOnlyList<SvgLine> Lines, IReadOnlyList<SvgDot> Dots,
    IReadOnlyList<SvgBox> Chips, IReadOnlyList<SvgLabel> Labels);

/// <summary>A box.</summary>
/// <param name="Rect">Where.</param>
/// <param name="Class">Its CSS class or classes.</param>
/// <param name="Radius">Of its corners.</param>
/// <param name="Element">The element's id; null for a box that stands for none.</param>
/// <param name="Tooltip">All facts, a line each; null for none.</param>
/// <param name="Name">The whole name, by which it is found in the markup; null for none.</param>
internal sealed record SvgBox(
    SvgRect Rect, string Class, double Radius, string? Element = null, string? Tooltip = null, string? Name = null);

/// <summary>A horizontal or vertical line.</summary>
/// <param name="From">One end.</param>
/// <param name="To">The other.</param>
/// <param name="Class">Its CSS class or classes.</param>
/// <param name="IsPair">Drawn as two parallel lines.</param>
internal sealed record SvgLine(SvgPoint From, SvgPoint To, string Class, bool IsPair = false);

/// <summary>A small disc.</summary>
internal sealed record SvgDot(SvgPoint Centre, string Class);

/// <summary>A line of text.</summary>
/// <param name="Rect">The room that it takes.</param>
/// <param name="Text">The text, not escaped yet.</param>
/// <param name="Class">Its CSS class or classes.</param>
/// <param name="Size">Font size.</param>
/// <param name="IsBold">Heavier.</param>
/// <param name="IsCentred">In the middle of its room; else at its left.</param>
internal sealed record SvgLabel(SvgRect Rect, string Text, string Class, double Size, bool IsBold, bool IsCentred);
