using System.Text;

namespace Plumbline.Primitives;

/// <summary>Makes text from the wire (names, external_ids, payload) safe for a terminal.</summary>
public static class Printable
{
    /// <summary>
    /// <paramref name="text"/> with control characters, bidirectional overrides and lone surrogates written as <c>\xNN</c> or
    /// <c>\uNNNN</c>, so that it can neither move the cursor nor hide what follows. The same instance where nothing had to change.
    /// </summary>
    public static string Escape(string text)
    {
        var first = 0;
        while (first < text.Length && IsSafe(text, first))
        {
            first++;
        }
        if (first == text.Length)
        {
            return text;
        }
        var result = new StringBuilder(text.Length + 8).Append(text, 0, first);
        for (var i = first; i < text.Length; i++)
        {
            var c = text[i];
            if (IsSafe(text, i))
            {
                result.Append(c);
            }
            else
            {
                result.Append(c < 0x100 ? $"\\x{(int)c:x2}" : $"\\u{(int)c:x4}");
            }
        }
        return result.ToString();
    }

    private static bool IsSafe(string text, int i)
    {
        var c = text[i];
        return !char.IsControl(c)
            && c is not (>= '\u202a' and <= '\u202e') and not (>= '\u2066' and <= '\u2069') and not ('\u200e' or '\u200f')
            && (char.IsHighSurrogate(c) ? i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])
                : !char.IsLowSurrogate(c) || i > 0 && char.IsHighSurrogate(text[i - 1]));
    }
}
