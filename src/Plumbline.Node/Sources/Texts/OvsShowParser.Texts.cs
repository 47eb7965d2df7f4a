using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Plumbline.Node.Sources.Texts;

internal sealed partial class OvsShowParser
{
    /// <summary>The name in <c>KEYWORD NAME</c> or <c>KEYWORD "NAME"</c>; null where the line is anything else.</summary>
    private static string? Name(string line, string keyword)
    {
        if (!line.StartsWith(keyword, StringComparison.Ordinal) || line.Length <= keyword.Length)
        {
            return null;
        }
        var rest = line.AsSpan(keyword.Length);
        if (rest[0] is not (' ' or '\t' or '"'))
        {
            return null;
        }
        rest = rest.Trim();
        if (rest.IndexOfAny('`', '*') >= 0)
        {
            return null;        // of a document's prose
        }
        if (rest.Length > 1 && rest[0] == '"')
        {
            return rest[^1] == '"' ? Unquote(rest.ToString()) : null;
        }
        return rest.Length > 0 && rest.IndexOfAny(' ', '\t', '"') < 0 ? rest.ToString() : null;
    }

    /// <summary>Without what somebody wrote behind it: <c>Port patch-tun   &lt;-- to br-tun</c>, <c>tag: 1  # the local VLAN</c>.</summary>
    private static string WithoutNote(string line)
    {
        var quoted = false;
        for (var i = 0; i + 1 < line.Length; i++)
        {
            if (line[i] == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && line[i] is ' ' or '\t' && StartsNote(line.AsSpan(i + 1)))
            {
                return line[..i].TrimEnd();
            }
        }
        return line;
    }

    private static bool StartsNote(ReadOnlySpan<char> rest) =>
        rest[0] is '#' or '←' or '⇐' or '⟵' or '→' or '⇒' or '；' or '（' || rest.StartsWith("<-") || rest.StartsWith("<=") || rest.StartsWith("//")
        || rest.StartsWith("--") || rest.StartsWith("==") || rest.StartsWith("->") || rest.StartsWith("=>") || rest.StartsWith("/*") || rest.StartsWith("<<");

    private static bool IsColumnName(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (c is not ((>= 'a' and <= 'z') or '_' or (>= '0' and <= '9')))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>A string as OVS prints it: bare, or quoted like a JSON string.</summary>
    private static string Unquote(string text)
    {
        if (text.Length < 2 || text[0] != '"' || text[^1] != '"')
        {
            return text;
        }
        if (!text.Contains('\\'))
        {
            return text[1..^1];
        }
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
            return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString()! : text[1..^1];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return text[1..^1];     // an escape that JSON does not know: shown as it stands
        }
    }

    private static int? Integer(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture,
            out var value) ? value : null;

    /// <summary><c>{key=value, "key"="quoted, value"}</c>.</summary>
    private static SortedDictionary<string, string> Map(string text)
    {
        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var rest = text.Trim().TrimStart('{');
        rest = rest.EndsWith('}') ? rest[..^1] : rest;
        var at = 0;
        while (at < rest.Length)
        {
            var key = Token(rest, ref at, '=');
            if (at < rest.Length && rest[at] == '=')
            {
                at++;
                map[Unquote(key.Trim())] = Unquote(Token(rest, ref at, ',').Trim());
            }
            while (at < rest.Length && rest[at] is ',' or ' ' or '\t')
            {
                at++;
            }
        }
        return map;
    }

    /// <summary>Up to <paramref name="end"/> or a comma outside of quotes.</summary>
    private static string Token(string text, ref int at, char end)
    {
        var start = at;
        var quoted = false;
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (c == '\\' && quoted)
            {
                at++;
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && (c == end || c == ','))
            {
                break;
            }
        }
        at = Math.Min(at, text.Length);
        return text[start..at];
    }
}
