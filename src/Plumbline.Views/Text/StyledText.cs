using System.Text;
using Plumbline.Primitives;

namespace Plumbline.Views.Text;

/// <summary>
/// A line, or a part of one, whose visible width is known before it is coloured. Whatever is appended is escaped
/// (<see cref="Printable.Escape"/>), so that no view can forget it.
/// </summary>
internal sealed class StyledText
{
    private readonly List<Span> _spans = [];

    /// <summary>Starts with a text.</summary>
    public StyledText(string text = "", Shade shade = Shade.Plain) => Add(text, shade);

    /// <summary>Terminal columns.</summary>
    public int Width { get; private set; }

    /// <summary>Nothing was appended.</summary>
    public bool IsEmpty => _spans.Count == 0;

    /// <summary>Appends a text.</summary>
    public StyledText Add(string text, Shade shade = Shade.Plain)
    {
        if (text.Length > 0)
        {
            var safe = Printable.Escape(text);
            _spans.Add(new(safe, shade));
            Width += DisplayWidth.Of(safe);
        }
        return this;
    }

    /// <summary>Appends another line's parts.</summary>
    public StyledText Add(StyledText other)
    {
        _spans.AddRange(other._spans);
        Width += other.Width;
        return this;
    }

    /// <summary>Appends blanks up to a width.</summary>
    public StyledText PadTo(int width) => width > Width ? Add(new string(' ', width - Width)) : this;

    /// <summary>Writes the line and a line feed, without trailing blanks.</summary>
    public void WriteLine(StringBuilder output, bool colour)
    {
        var last = _spans.FindLastIndex(span => span.Text.AsSpan().TrimEnd(' ').Length > 0);
        for (var i = 0; i <= last; i++)
        {
            var (text, shade) = _spans[i];
            if (i == last)
            {
                text = text.TrimEnd(' ');
            }
            var code = colour && !string.IsNullOrWhiteSpace(text) ? Code(shade) : null;
            if (code is null)
            {
                output.Append(text);
            }
            else
            {
                output.Append("\x1b[").Append(code).Append('m').Append(text).Append("\x1b[0m");
            }
        }
        output.Append('\n');
    }

    // the sixteen basic colours alone: the user's palette makes them legible on its background, light or dark
    private static string? Code(Shade shade) => shade switch
    {
        Shade.Heading => "1",
        Shade.Instance => "1;36",
        Shade.Bridge => "1;34",
        Shade.Network => "35",
        Shade.Address => "32",
        Shade.Faint => "2",
        Shade.Bad => "1;31",
        Shade.Warning => "33",
        _ => null,
    };

    private sealed record Span(string Text, Shade Shade);
}
