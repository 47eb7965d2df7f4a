using System.Buffers;
using System.Globalization;
using System.Text;

namespace Plumbline.Iptables;

internal static partial class PasteCleaner
{
    private const int LongestEntity = 10;

    private static readonly SearchValues<char> _telling = SearchValues.Create("<&\"\\\n");

    /// <summary>An end tag or an entity that stands outside the quotes of its line: inside them it is what somebody wrote into a comment.</summary>
    private static bool HasMarkup(string text)
    {
        if (!text.Contains("</", StringComparison.Ordinal) && !text.Contains('&'))
        {
            return false;
        }
        var isQuoted = false;
        for (var at = 0; text.AsSpan(at).IndexOfAny(_telling) is var next and >= 0; at++)
        {
            at += next;
            var rest = text.AsSpan(at);
            switch (rest[0])
            {
                case '"':
                    isQuoted = !isQuoted;
                    break;
                case '\\' when isQuoted && rest.Length > 1 && rest[1] != '\n':
                    at++;
                    break;
                case '\n':
                    isQuoted = false;
                    break;
                default:
                    if (!isQuoted && (rest.StartsWith("</") || rest.StartsWith("&gt;") || rest.StartsWith("&quot;")
                        || rest.StartsWith("&nbsp;") || rest.StartsWith("&#")))
                    {
                        return true;
                    }
                    break;
            }
        }
        return false;
    }

    private static string WithoutMarkup(string text)
    {
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '<' && i + 1 < text.Length && (char.IsAsciiLetter(text[i + 1]) || text[i + 1] is '/' or '!')
                && TagEnd(text, i) is var end and > 0)
            {
                // a line break of the page is one of the text, where the text has none itself
                if (text.AsSpan(i).StartsWith("<br", StringComparison.OrdinalIgnoreCase) && (end + 1 >= text.Length || text[end + 1] != '\n'))
                {
                    clean.Append('\n');
                }
                i = end;
            }
            else if (text[i] == '&' && Entity(text, i) is var (c, length) && length > 0)
            {
                clean.Append(c);
                i += length - 1;
            }
            else
            {
                clean.Append(text[i]);
            }
        }
        return clean.ToString();
    }

    /// <summary>Where a tag ends; -1 for what is none: prose such as <c>&lt; snip &gt;</c>, or a placeholder such as <c>&lt;private_ip&gt;</c>.</summary>
    private static int TagEnd(string text, int at)
    {
        var length = text.AsSpan(at, Math.Min(400, text.Length - at)).IndexOf('>');
        if (length < 0)
        {
            return -1;
        }
        var tag = text.AsSpan(at + 1, length - 1).TrimStart('/');
        var name = tag.IndexOfAny(' ', '\n', '/') is var cut and >= 0 ? tag[..cut] : tag;
        return name is "span" or "pre" or "code" or "p" or "br" or "div" or "b" or "i" or "em" or "strong" or "a" or "font" or "td" or "tr"
            or "table" or "tbody" or "li" or "ul" or "ol" or "h1" or "h2" or "h3" or "h4" or "html" or "body" or "head" or "tt" or "u"
            or "blockquote" or "samp" or "kbd" or "figure" or "article" or "section"
            ? at + length
            : -1;
    }

    private static (char Character, int Length) Entity(string text, int at)
    {
        var rest = text.AsSpan(at, Math.Min(LongestEntity, text.Length - at));
        if (rest.StartsWith("&#") && rest.IndexOf(';') is var end and > 2)
        {
            var digits = rest[2..end];
            var read = digits[0] is 'x' or 'X'
                ? int.TryParse(digits[1..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
                : int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out code);
            return read && code is (> 0 and < 0xd800) or (>= 0xe000 and < 0x10000) ? ((char)code, end + 1) : ('&', 0);
        }
        return rest.StartsWith("&gt;") ? ('>', 4)
            : rest.StartsWith("&lt;") ? ('<', 4)
            : rest.StartsWith("&amp;") ? ('&', 5)
            : rest.StartsWith("&quot;") ? ('"', 6)
            : rest.StartsWith("&apos;") ? ('\'', 6)
            : rest.StartsWith("&nbsp;") ? (' ', 6)
            : rest.StartsWith("&ndash;") ? ('\u2013', 7)
            : rest.StartsWith("&mdash;") ? ('\u2014', 7)
            : ('&', 0);
    }
}
