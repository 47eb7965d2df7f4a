using System.Net;
using System.Text.RegularExpressions;

namespace Plumbline.Node.Sources.Texts;

/// <summary>Text that was copied from the source of a web page or a wiki: HTML tags around it, <c>&lt;</c> and <c>&gt;</c> written as entities.</summary>
internal static partial class PastedMarkup
{
    /// <summary>Tags of listings and paragraphs, or entities in place of angle brackets. libvirt's XML is none.</summary>
    public static bool IsMarkup(string text) =>
        text.Contains('<') && HtmlPattern().IsMatch(text)
        || (text.Contains("&lt;", StringComparison.Ordinal) && !text.Contains("</", StringComparison.Ordinal));

    /// <summary>The text as a browser shows it; angle brackets that are no HTML (flags of <c>ip link</c>, libvirt's elements) stay.</summary>
    public static string Plain(string text)
    {
        text = BreakPattern().Replace(text, "\n");
        text = TagPattern().Replace(text, "");
        return WebUtility.HtmlDecode(text);
    }

    [GeneratedRegex(@"<(?:pre|code|br|html|body|tt|blockquote)\b[^<>]*/?>", RegexOptions.IgnoreCase)]
    private static partial Regex HtmlPattern();

    // "</p>\n" is one line's end, not two
    [GeneratedRegex(@"(?:<br\b[^<>]*/?>|</(?:p|div|pre|li|tr|h[1-6]|blockquote)\s*>|<(?:p|div|pre|blockquote)\b[^<>]*>)\n?", RegexOptions.IgnoreCase)]
    private static partial Regex BreakPattern();

    [GeneratedRegex(
        @"</?(?:html|body|head|code|span|font|b|i|u|em|strong|kbd|samp|tt|a|ul|ol|li|table|tbody|tr|td|th|section|article|h[1-6]|meta|!DOCTYPE)\b[^<>]*/?>|<!--.*?-->",
        RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex TagPattern();
}
