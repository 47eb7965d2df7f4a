using System.Buffers;
using System.Text;

namespace Plumbline.Iptables;

/// <summary>
/// Undoes what web pages, mail, terminals and word processors do to a text: non-breaking and wide blanks, typographic quotes and dashes,
/// wide punctuation, zero-width characters, colours, marks of quotation, and HTML around every word. Lines stay lines; columns are kept
/// but where something is taken out. A line that has such characters inside quotes or comments only is left as it is: there they are meant.
/// </summary>
internal static partial class PasteCleaner
{
    private static readonly SearchValues<char> _odd = SearchValues.Create(
        "\u00a0\u00ad\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u2010\u2011\u2012\u2013"
        + "\u2014\u2015\u2018\u2019\u201c\u201d\u201e\u2028\u2029\u202f\u205f\u2060\u2212\u3000\ufeff\uff02\uff07\uff08\uff09\uff0a\uff0c\uff0d"
        + "\uff0e\uff0f\uff1a\uff1d\uff3b\uff3d\u001b\0");

    /// <summary>The same instance where nothing had to change.</summary>
    public static string Clean(string text)
    {
        if (HasMarkup(text))
        {
            text = WithoutMarkup(text);
        }
        if (!text.Contains('\n') && text.Contains('\r'))
        {
            text = text.Replace('\r', '\n');
        }
        if (text.StartsWith('>') || text.Contains("\n>", StringComparison.Ordinal))
        {
            text = WithoutQuotation(text);
        }
        return text.AsSpan().ContainsAny(_odd) ? WithoutOddCharacters(text) : text;
    }

    private static string WithoutQuotation(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan(range);
            while (line.StartsWith(">"))
            {
                line = line.StartsWith("> ") ? line[2..] : line[1..];
            }
            clean.Append(clean.Length > 0 || range.Start.Value > 0 ? "\n" : "").Append(line);
        }
        return clean.ToString();
    }

    private static string WithoutOddCharacters(string text)
    {
        var clean = new StringBuilder(text.Length + 16);
        foreach (var range in text.AsSpan().Split('\n'))
        {
            if (range.Start.Value > 0)
            {
                clean.Append('\n');
            }
            var line = text.AsSpan(range);
            if (line.ContainsAny(_odd) && IsOddOutside(line))
            {
                CleanLine(line, clean);
            }
            else
            {
                clean.Append(line);
            }
        }
        return clean.ToString();
    }

    /// <summary>Whether an odd character stands outside of quotes and comments.</summary>
    private static bool IsOddOutside(ReadOnlySpan<char> line)
    {
        var (quoted, commented) = (false, false);
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (c == '\\' && quoted)
            {
                i++;
            }
            else if (c == '"' && !commented)
            {
                quoted = !quoted;
            }
            else if (!quoted && (commented ? c == '*' && line[i..].StartsWith("*/") : c == '/' && line[i..].StartsWith("/*")))
            {
                commented = !commented;
                i++;
            }
            else if (c is '\u001b' or '\0' || (!quoted && !commented && _odd.Contains(c)))
            {
                return true;
            }
        }
        return quoted && line.ContainsAny(_odd); // a quote that never ends tells nothing
    }

    private static void CleanLine(ReadOnlySpan<char> line, StringBuilder clean)
    {
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            switch (c)
            {
                case '\u00ad' or '\u200b' or '\u200c' or '\u200d' or '\u200e' or '\u2060' or '\ufeff':
                    break;
                case '\u001b':
                    i += ColourLength(line[i..]) - 1;
                    break;
                case '\0' or '\u00a0' or '\u1680' or '\u2028' or '\u2029' or '\u202f' or '\u205f' or '\u3000' or (>= '\u2000' and <= '\u200a'):
                    clean.Append(' ');
                    break;
                case '\u201c' or '\u201d' or '\u201e':
                    clean.Append('"');
                    break;
                case '\u2018' or '\u2019':
                    clean.Append('\'');
                    break;
                case '\u2010' or '\u2011' or '\u2012' or '\u2212':
                    clean.Append('-');
                    break;
                case '\u2013' or '\u2014' or '\u2015':
                    clean.Append(IsLongDash(line, i) ? "--" : "-");
                    break;
                default:
                    clean.Append(c is >= '\uff01' and <= '\uff5e' && _odd.Contains(c) ? (char)(c - 0xfee0) : c);
                    break;
            }
        }
    }

    /// <summary>A dash that a word processor made of two: it stands alone, or begins an option of more than a letter.</summary>
    private static bool IsLongDash(ReadOnlySpan<char> line, int at)
    {
        static bool IsDash(char c) => c is '-' or (>= '\u2010' and <= '\u2015');
        static bool IsBlank(char c) => char.IsWhiteSpace(c);
        if (line[(at + 1)..].StartsWith("physdev-") && (at == 0 || !IsDash(line[at - 1])))
        {
            return true; // the blank before it may be lost
        }
        if ((at > 0 && !IsBlank(line[at - 1]) && line[at - 1] is not (',' or '\uff0c')) || (at + 1 < line.Length && IsDash(line[at + 1])))
        {
            return false; // inside a word or a range; or one of two
        }
        if (at + 1 >= line.Length || IsBlank(line[at + 1]))
        {
            return true;
        }
        return at + 2 < line.Length && !IsBlank(line[at + 2]);
    }

    /// <summary>Length of a terminal's control sequence (ECMA-48: CSI, or OSC up to BEL or ST), at least that of ESC alone.</summary>
    private static int ColourLength(ReadOnlySpan<char> rest)
    {
        if (rest.Length < 2)
        {
            return 1;
        }
        if (rest[1] == '[')
        {
            var end = 2;
            while (end < rest.Length && rest[end] is >= ' ' and < '@')
            {
                end++;
            }
            return Math.Min(end + 1, rest.Length);
        }
        if (rest[1] == ']')
        {
            var end = rest.IndexOfAny('\a', '\\');
            return end < 0 ? rest.Length : end + 1;
        }
        return 2;
    }
}
