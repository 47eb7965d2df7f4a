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
        StripLineMarks(lines, ref isChanged);
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

    /// <summary>Takes off a mail's quote marks, of two lines in a row or more: an answer quotes some lines and adds its own.</summary>
    private static void StripQuoteMarks(string[] lines, ref bool isChanged)
    {
        for (var start = 0; start < lines.Length; start++)
        {
            if (!lines[start].StartsWith('>'))
            {
                continue;
            }
            var end = start;
            while (end < lines.Length && lines[end].StartsWith('>'))
            {
                end++;
            }
            for (var i = start; i < end && (end - start > 1 || lines.Length == 1); i++)
            {
                isChanged = true;
                var line = lines[i];
                while (line.StartsWith('>'))
                {
                    line = line.StartsWith("> ", StringComparison.Ordinal) ? line[2..] : line[1..];
                }
                lines[i] = line;
            }
            start = end;
        }
    }

    /// <summary>
    /// Takes off what an editor or a pager puts in front of each line, where a listing stands behind it: <c>12  Bridge br-int</c>, or of a
    /// script's comment <c># Bridge br-int</c>. The rules of <c>iptables --line-numbers</c> and the links of <c>ip -o</c> keep their numbers.
    /// </summary>
    private static void StripLineMarks(string[] lines, ref bool isChanged)
    {
        for (var start = 0; start < lines.Length; start++)
        {
            var (number, cut) = NumberOf(lines[start]);
            var isComment = number < 0 && lines[start].StartsWith("# ", StringComparison.Ordinal);
            if (number < 0 && !isComment)
            {
                continue;
            }
            var end = start + 1;
            var isListing = OfListing(lines[start].AsSpan(isComment ? 1 : cut));
            while (end < lines.Length && (isComment ? lines[end].StartsWith("# ", StringComparison.Ordinal) || lines[end] == "#"
                : NumberOf(lines[end]) is var next && next.Number == number + (end - start)))
            {
                isListing |= OfListing(lines[end].AsSpan(isComment ? 1 : NumberOf(lines[end]).Cut));
                end++;
            }
            if (end - start > 2 && isListing)
            {
                isChanged = true;
                for (var i = start; i < end; i++)
                {
                    lines[i] = isComment ? lines[i].Length > 1 ? lines[i][2..] : "" : lines[i][NumberOf(lines[i]).Cut..];
                }
            }
            start = end - 1;
        }
    }

    /// <summary>A line that only a listing has which itself bears no number in front.</summary>
    private static bool OfListing(ReadOnlySpan<char> line)
    {
        line = line.TrimStart();
        return line.StartsWith("Bridge ") || line.StartsWith("Port ") || line.StartsWith("Interface ") || line.StartsWith("link/") || line.StartsWith("cookie=0x")
            || line.StartsWith("Chain ") || line.StartsWith("*filter") || line.StartsWith("bridge name\t") || line.StartsWith("inet ");
    }

    /// <summary>A line's number and what comes before the line: <c>  12  </c>, <c>12:</c>, <c>12|</c>; -1 where there is none.</summary>
    private static (int Number, int Cut) NumberOf(string line)
    {
        var at = 0;
        while (at < line.Length && line[at] == ' ')
        {
            at++;
        }
        var (digits, number) = (at, 0);
        while (at < line.Length && char.IsAsciiDigit(line[at]) && at - digits < 6)
        {
            number = number * 10 + line[at++] - '0';
        }
        if (at == digits || (at < line.Length && line[at] is not (' ' or '\t' or ':' or '|' or '.')))
        {
            return (-1, 0);
        }
        // "cat -n" puts a tab, "nl" a tab, "grep -n" a colon, an editor one or two blanks or a bar
        at += at < line.Length ? 1 : 0;
        at += at < line.Length && line[at - 1] is ' ' or '|' && line[at] is ' ' or '|' ? 1 : 0;
        return (number, at);
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
