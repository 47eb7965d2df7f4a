using Plumbline.Primitives;

namespace Plumbline.Views.Svg;

/// <summary>A part of a drawing with its own origin, which a larger part takes in.</summary>
internal sealed class Canvas
{
    private readonly List<SvgBox> _frames = [];
    private readonly List<SvgLine> _lines = [];
    private readonly List<SvgDot> _dots = [];
    private readonly List<SvgBox> _chips = [];
    private readonly List<SvgLabel> _labels = [];

    /// <summary>How far it reaches to the right of its origin.</summary>
    public double Right { get; private set; }

    /// <summary>How far it reaches below its origin.</summary>
    public double Bottom { get; private set; }

    /// <summary>Adds a box that holds others.</summary>
    public void AddFrame(SvgBox frame) => _frames.Add(Reach(frame, frame.Rect));

    /// <summary>A box that holds others has this very style, whether or not something is wrong with it.</summary>
    public bool HasFrame(string style)
    {
        foreach (var frame in _frames)
        {
            if (frame.Class == style || (frame.Class.Length == style.Length + 4 && frame.Class.StartsWith(style, StringComparison.Ordinal)
                && frame.Class.EndsWith(" bad", StringComparison.Ordinal)))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Adds a small box.</summary>
    public void AddChip(SvgBox chip) => _chips.Add(Reach(chip, chip.Rect));

    /// <summary>Adds a line; none of no length.</summary>
    public void AddLine(SvgPoint from, SvgPoint to, string style, bool isPair = false)
    {
        if (from != to)
        {
            _lines.Add(Reach(new SvgLine(from, to, style, isPair), SvgRect.Around(from, to)));
        }
    }

    /// <summary>Adds a dot.</summary>
    public void AddDot(SvgPoint centre, string style) => _dots.Add(new(centre, style));

    /// <summary>Adds a text whose left end, or middle, is at <paramref name="x"/>, centred on <paramref name="y"/>.</summary>
    /// <returns>The room that it takes.</returns>
    public SvgRect AddLabel(
        string text, double x, double y, string style, double size = SvgSizes.Text, bool isBold = false, bool isCentred = false)
    {
        var safe = Printable.Escape(text);
        var width = TextMeasure.Of(safe, size, isBold);
        var rect = new SvgRect(isCentred ? x - width / 2 : x, y - size * 0.6, width, size * 1.2);
        if (safe.Length > 0)
        {
            _labels.Add(Reach(new SvgLabel(rect, safe, style, size, isBold, isCentred), rect));
        }
        return rect;
    }

    /// <summary>Takes in a part, moved.</summary>
    public void Add(Canvas part, double dx, double dy)
    {
        foreach (var frame in part._frames)
        {
            AddFrame(frame with { Rect = frame.Rect.Offset(dx, dy) });
        }
        foreach (var line in part._lines)
        {
            AddLine(Move(line.From), Move(line.To), line.Class, line.IsPair);
        }
        foreach (var dot in part._dots)
        {
            AddDot(Move(dot.Centre), dot.Class);
        }
        foreach (var chip in part._chips)
        {
            AddChip(chip with { Rect = chip.Rect.Offset(dx, dy) });
        }
        foreach (var label in part._labels)
        {
            _labels.Add(Reach(label with { Rect = label.Rect.Offset(dx, dy) }, label.Rect.Offset(dx, dy)));
        }

        SvgPoint Move(SvgPoint point) => new(point.X + dx, point.Y + dy);
    }

    /// <summary>The finished layout.</summary>
    public SvgLayout Finish(double margin) => new(Right + margin, Bottom + margin, _frames, _lines, _dots, _chips, _labels);

    private T Reach<T>(T item, SvgRect rect)
    {
        Right = Math.Max(Right, rect.Right);
        Bottom = Math.Max(Bottom, rect.Bottom);
        return item;
    }
}
