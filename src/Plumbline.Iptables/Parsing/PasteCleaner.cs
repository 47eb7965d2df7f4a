using System.Buffers;
using System.Text;

namespace Plumbline.Iptables;

/// <summary>
/// Undoes what web pages, mail and word processors do to a text: non-breaking and wide blanks, typographic quotes, zero-width
/// characters, and HTML around every word. Lines stay lines; columns are kept but where markup is taken out.
/// </summary>
internal static class PasteCleaner
{
    private static readonly SearchValues<char> _odd =
        SearchValues.Create("\u00a0\u3000\u2002\u2003\u2009\u200b\ufeff\u201c\u201d\u201e\u2018\u2019\0");

    /// <summary>The same instance where nothing had to change.</summary>
    public static string Clean(string text)
    {
        if (text.Contains("</", StringComparison.Ordinal) || text.Contains("&gt;", StringComparison.Ordinal)
            || text.Contains("&quot;", StringComparison.Ordinal) || text.Contains("&nbsp;", StringComparison.Ordinal))
        {
            text = WithoutMarkup(text);
        }
        if (!text.AsSpan().ContainsAny(_odd))
        {
            return text;
        }
        return string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = source[i] switch
                {
                    '\u00a0' or '\u3000' or '\u2002' or '\u2003' or '\u2009' or '\u200b' or '\ufeff' or '\0' => ' ',
                    '\u201c' or '\u201d' or '\u201e' => '"',
                    '\u2018' or '\u2019' => '\'',
                    var c => c,
                };
            }
        });
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
        var rest = text.AsSpan(at);
        return rest.StartsWith("&gt;") ? ('>', 4)
            : rest.StartsWith("&lt;") ? ('<', 4)
            : rest.StartsWith("&amp;") ? ('&', 5)
            : rest.StartsWith("&quot;") ? ('"', 6)
            : rest.StartsWith("&#34;") ? ('"', 5)
            : rest.StartsWith("&#39;") ? ('\'', 5)
            : rest.StartsWith("&nbsp;") ? (' ', 6)
            : ('&', 0);
    }
}
