using System.Globalization;
using System.Text;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;
using Plumbline.Views.Svg;

namespace Plumbline.Views;

/// <summary>
/// The topology as a picture that any browser shows: nothing from elsewhere, light or dark as the reader's desktop is.
/// <see cref="TopologyLayout"/> says what is where; <see cref="SvgScript"/> what a browser adds.
/// </summary>
public static class TopologySvg
{
    /// <summary>Draws the node, or the chains of the focus.</summary>
    public static string Render(Topology topology, RenderOptions options)
    {
        if (options.Focus is { } focus)
        {
            topology = Selection.Of(new(topology), focus).Cut(topology);
        }
        return Write(TopologyLayout.Of(topology, options.Expands), topology.Snapshot.Host ?? "a node");
    }

    private static string Write(SvgLayout layout, string subject)
    {
        var output = new StringBuilder(64 * 1024);
        WriteHead(output, layout.Width, layout.Height, subject);
        WriteContent(output, layout, "");
        return WriteEnd(output).ToString();
    }

    /// <summary>The document's end: the script, after all that it reads.</summary>
    internal static StringBuilder WriteEnd(StringBuilder output) =>
        output.Append("<script><![CDATA[\n").Append(SvgScript.Text).Append("]]></script>\n</svg>\n");

    /// <summary>The document's start: its size, its title, its style, its page.</summary>
    internal static void WriteHead(StringBuilder output, double width, double height, string subject)
    {
        var title = Escape($"Network topology of {subject}");
        output.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Number(width)}\" ");
        output.Append(CultureInfo.InvariantCulture, $"height=\"{Number(height)}\" ");
        output.Append(CultureInfo.InvariantCulture, $"viewBox=\"0 0 {Number(width)} {Number(height)}\" ");
        output.Append("role=\"graphics-document\" aria-roledescription=\"network topology\" aria-labelledby=\"title\">\n");
        output.Append($"<title id=\"title\">{title}</title>\n<style>\n{SvgStyle.Sheet}</style>\n");
        output.Append("<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n");
    }

    /// <summary>All that a layout has; <paramref name="prefix"/> stands before each id.</summary>
    internal static void WriteContent(StringBuilder output, SvgLayout layout, string prefix)
    {
        foreach (var frame in layout.Frames)
        {
            WriteBox(output, frame, prefix);
        }
        foreach (var line in layout.Lines)
        {
            WriteLine(output, line);
        }
        foreach (var dot in layout.Dots)
        {
            output.Append($"<circle class=\"dot {dot.Class}\" cx=\"{Number(dot.Centre.X)}\" cy=\"{Number(dot.Centre.Y)}\" r=\"3\"/>\n");
        }
        foreach (var chip in layout.Chips)
        {
            WriteBox(output, chip, prefix);
        }
        foreach (var label in layout.Labels)
        {
            // the baseline that centres capitals and digits on the line
            var baseline = label.Rect.CentreY + label.Size * 0.36;
            output.Append($"<text class=\"{label.Class}\" x=\"{Number(label.IsCentred ? label.Rect.CentreX : label.Rect.X)}\" y=\"{Number(baseline)}\"");
            output.Append($" font-size=\"{Number(label.Size)}\"{(label.IsBold ? " font-weight=\"600\"" : "")}{(label.IsCentred ? " text-anchor=\"middle\"" : "")}>{Escape(label.Text)}</text>\n");
        }
    }

    private static void WriteBox(StringBuilder output, SvgBox box, string prefix)
    {
        var rect = $"<rect class=\"{box.Class}\" x=\"{Number(box.Rect.X)}\" y=\"{Number(box.Rect.Y)}\" "
            + $"width=\"{Number(box.Rect.Width)}\" height=\"{Number(box.Rect.Height)}\" rx=\"{Number(box.Radius)}\"";
        if (box.Tooltip is { } tooltip)
        {
            var text = Escape(string.Join('\n', tooltip.Split('\n').Select(Printable.Escape)));
            var first = text.IndexOf('\n', StringComparison.Ordinal) is var end and > 0 ? text[..end] : text;
            output.Append($"<g{Identity(box, prefix)} role=\"graphics-symbol\" aria-label=\"{first}\"><title>{text}</title>{rect}/></g>\n");
        }
        else
        {
            output.Append($"{rect}/>\n");
        }
    }

    // where it is found: by its id as a link's fragment, by its whole name in the markup
    private static string Identity(SvgBox box, string prefix)
    {
        var id = box.Element is { } element ? $" id=\"{Escape(Printable.Escape(prefix + element).Replace(' ', '_'))}\"" : "";
        return box.Name is { } name ? $"{id} data-name=\"{Escape(Printable.Escape(name))}\"" : id;
    }

    private static void WriteLine(StringBuilder output, SvgLine line)
    {
        foreach (var offset in (ReadOnlySpan<double>)(line.IsPair ? [-2, 2] : [0]))
        {
            var (dx, dy) = line.From.Y == line.To.Y ? (0.0, offset) : (offset, 0.0);
            output.Append($"<line class=\"{line.Class}\" x1=\"{Number(line.From.X + dx)}\" y1=\"{Number(line.From.Y + dy)}\" ");
            output.Append($"x2=\"{Number(line.To.X + dx)}\" y2=\"{Number(line.To.Y + dy)}\"/>\n");
        }
    }

    internal static string Number(double value) => Math.Round(value, 1).ToString(CultureInfo.InvariantCulture);

    // what XML 1.0 has no way to write (lone surrogates and controls are gone already) stands as a number
    internal static string Escape(string text)
    {
        var result = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            _ = c switch
            {
                '&' => result.Append("&amp;"),
                '<' => result.Append("&lt;"),
                '>' => result.Append("&gt;"),
                '"' => result.Append("&quot;"),
                '\uFFFE' or '\uFFFF' => result.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => result.Append(c),
            };
        }
        return result.ToString();
    }
}
