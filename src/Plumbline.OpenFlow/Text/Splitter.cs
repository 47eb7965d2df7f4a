namespace Plumbline.OpenFlow.Text;

/// <summary>Cuts what OVS prints: separators count only outside parentheses, brackets and quotes.</summary>
internal static class Splitter
{
    /// <summary>The pieces of <paramref name="text"/> between commas (and blanks, where asked); empty ones are left out.</summary>
    public static List<Token> Split(Token text, bool blanks)
    {
        var pieces = new List<Token>();
        var start = 0;
        for (var i = 0; i <= text.Text.Length; i++)
        {
            if (i == text.Text.Length || text.Text[i] == ',' || blanks && char.IsWhiteSpace(text.Text[i]))
            {
                Add(pieces, text, start, i);
                start = i + 1;
            }
            else
            {
                i = Skip(text.Text, i) - 1;
            }
        }
        return pieces;
    }

    /// <summary>Behind the character at <paramref name="i"/>, or behind the bracket or quotes that it opens.</summary>
    public static int Skip(string text, int i)
    {
        switch (text[i])
        {
            case '"':
                for (i++; i < text.Length && text[i] != '"'; i++)
                {
                    if (text[i] == '\\')
                    {
                        i++;
                    }
                }
                return Math.Min(i + 1, text.Length);
            case '(' or '[' or '{':
                for (i++; i < text.Length && text[i] is not (')' or ']' or '}');)
                {
                    i = Skip(text, i);
                }
                return Math.Min(i + 1, text.Length);
            default:
                return i + 1;
        }
    }

    /// <summary>Where the first of <paramref name="any"/> stands outside brackets and quotes; -1 where none does.</summary>
    public static int IndexOf(string text, string any)
    {
        for (var i = 0; i < text.Length; i = Skip(text, i))
        {
            if (any.Contains(text[i], StringComparison.Ordinal))
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>Without the quotes around it, escapes undone.</summary>
    public static string Unquote(string text)
    {
        if (text.Length < 2 || text[0] != '"' || text[^1] != '"')
        {
            return text;
        }
        var inner = text[1..^1];
        return inner.Contains('\\', StringComparison.Ordinal)
            ? inner.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal)
            : inner;
    }

    private static void Add(List<Token> pieces, Token text, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(text.Text[start]))
        {
            start++;
        }
        while (end > start && char.IsWhiteSpace(text.Text[end - 1]))
        {
            end--;
        }
        if (end > start)
        {
            pieces.Add(text.Slice(start, end - start));
        }
    }
}
