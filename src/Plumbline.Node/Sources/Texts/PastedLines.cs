using System.Buffers;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// Cuts a text into the lines that the commands printed, whatever it has been through since: a web page (tags, <c>&amp;lt;</c>, non-breaking
/// blanks), a mail (quote marks), a document (indented listings), a terminal (colours, lines broken at its width).
/// </summary>
internal static class PastedLines
{
    private static readonly SearchValues<char> _odd = SearchValues.Create("\u00a0\u200b\ufeff\u3000\u001b\b");

    /// <summary>The lines, without their ends; a paragraph's indentation goes where all its lines have it.</summary>
    /// <param name="text">As it came.</param>
    /// <param name="mayBeBroken">It may have been through a terminal: lines that it broke are joined.</param>
    /// <param name="isChanged">More than line ends was changed.</param>
    public static string[] Cut(string text, bool mayBeBroken, out bool isChanged)
    {
        isChanged = false;
        if (PastedMarkup.IsMarkup(text))
        {
            text = PastedMarkup.Plain(text);
            isChanged = true;
        }
        var lines = text.Contains('\n') ? text.Split('\n') : text.Split('\r');
        for (var i = 0; i < lines.Length; i++)
        {
            lines[i] = Clean(lines[i], ref isChanged);
        }
        StripQuoteMarks(lines, ref isChanged);
        Outdent(lines);
        if (mayBeBroken && BrokenLines.WidthOf(lines) is { } width)
        {
            lines = BrokenLines.Join(lines, width);
            isChanged = true;
        }
        return lines;
    }

    private static string Clean(string line, ref bool isChanged)
    {
        line = line.TrimEnd('\r');
        if (line.AsSpan().IndexOfAny(_odd) < 0)
        {
            return line;
        }
        isChanged = true;
        if (line.Contains('\u001b') || line.Contains('\b'))
        {
            line = WithoutEscapes(line);
        }
        return line.Replace('\u00a0', ' ').Replace('\u3000', ' ').Replace("\u200b", "").Replace("\ufeff", "");
    }

    /// <summary>
    /// Without what steers a terminal (ECMA-48): <c>ESC [ … letter</c>, <c>ESC ] … BEL</c>, <c>ESC ( B</c>; a backspace takes a character back.
    /// </summary>
    private static string WithoutEscapes(string line)
    {
        var kept = new System.Text.StringBuilder(line.Length);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\b')
            {
                kept.Length = Math.Max(0, kept.Length - 1);
            }
            else if (line[i] != '\u001b')
            {
                kept.Append(line[i]);
            }
            else if (i + 1 < line.Length && line[i + 1] == '[')
            {
                for (i += 2; i < line.Length && line[i] is < '@' or > '~'; i++)
                {
                }
            }
            else if (i + 1 < line.Length && line[i + 1] == ']')
            {
                for (i += 2; i < line.Length && line[i] != '\a'; i++)
                {
                }
            }
            else
            {
                i += i + 1 < line.Length && line[i + 1] is '(' or ')' ? 2 : 1;
            }
        }
        return kept.ToString();
    }

    private static void StripQuoteMarks(string[] lines, ref bool isChanged)
    {
        var quoted = 0;
        var filled = 0;
        foreach (var line in lines)
        {
            filled += line.Length > 0 ? 1 : 0;
            quoted += line.StartsWith('>') ? 1 : 0;
        }
        if (filled == 0 || quoted < filled)
        {
            return;
        }
        isChanged = true;
        for (var i = 0; i < lines.Length; i++)
        {
            lines[i] = lines[i].StartsWith("> ", StringComparison.Ordinal) ? lines[i][2..] : lines[i].TrimStart('>');
        }
    }

    /// <summary>Takes off what all lines of a paragraph (between blank lines or the marks of a listing) are indented by.</summary>
    private static void Outdent(string[] lines)
    {
        for (var start = 0; start < lines.Length; start++)
        {
            if (lines[start].Length == 0 || lines[start][0] is not (' ' or '\t') || IsBoundary(lines[start]))
            {
                while (start < lines.Length && !IsBoundary(lines[start]))
                {
                    start++;
                }
                Blank(lines, start);
                continue;
            }
            var indent = int.MaxValue;
            var end = start;
            for (; end < lines.Length && !IsBoundary(lines[end]); end++)
            {
                indent = Math.Min(indent, lines[end].AsSpan().IndexOfAnyExcept(' ', '\t'));
            }
            for (var i = start; indent > 0 && i < end; i++)
            {
                lines[i] = lines[i][indent..];
            }
            start = end;
            Blank(lines, start);
        }
    }

    /// <summary>A line between paragraphs has nothing in it.</summary>
    private static void Blank(string[] lines, int line)
    {
        if (line < lines.Length)
        {
            lines[line] = "";
        }
    }

    private static bool IsBoundary(string line) =>
        line.AsSpan().IndexOfAnyExcept(' ', '\t') is var first
        && (first < 0 || line.AsSpan(first).StartsWith("```") || line.AsSpan(first).StartsWith("~~~"));
}
