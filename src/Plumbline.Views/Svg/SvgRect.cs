namespace Plumbline.Views.Svg;

/// <summary>A rectangle in pixels; y grows downwards.</summary>
/// <param name="X">Left.</param>
/// <param name="Y">Top.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
internal readonly record struct SvgRect(double X, double Y, double Width, double Height)
{
    /// <summary>The right edge.</summary>
    public double Right => X + Width;

    /// <summary>The lower edge.</summary>
    public double Bottom => Y + Height;

    /// <summary>The middle, across.</summary>
    public double CentreX => X + Width / 2;

    /// <summary>The middle, down.</summary>
    public double CentreY => Y + Height / 2;

    /// <summary>Moved.</summary>
    public SvgRect Offset(double dx, double dy) => this with { X = X + dx, Y = Y + dy };

    /// <summary>They share some area; touching edges do not count.</summary>
    public bool Overlaps(SvgRect other) =>
        X < other.Right && other.X < Right && Y < other.Bottom && other.Y < Bottom;

    /// <summary>The other lies wholly within.</summary>
    public bool Contains(SvgRect other) =>
        other.X >= X && other.Right <= Right && other.Y >= Y && other.Bottom <= Bottom;

    /// <summary>The rectangle around a horizontal or vertical line.</summary>
    public static SvgRect Around(SvgPoint one, SvgPoint other) =>
        new(Math.Min(one.X, other.X), Math.Min(one.Y, other.Y), Math.Abs(one.X - other.X), Math.Abs(one.Y - other.Y));
}

/// <summary>A point in pixels.</summary>
internal readonly record struct SvgPoint(double X, double Y);
