using System.Globalization;
using System.Text;
using Plumbline.Ovsdb;

namespace Plumbline.Node.Sources.Texts;

/// <summary>
/// Values as ovs-vsctl and ovsdb-client print them (ovsdb(7), "string" cells): a word, a number, <c>"a string"</c>, a UUID, <c>[a, b]</c>,
/// <c>{key=value, …}</c>.
/// </summary>
internal static class OvsdbNotation
{
    /// <summary>The value of <paramref name="text"/>; null where it is none.</summary>
    public static OvsdbValue? Read(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        var at = 0;
        OvsdbValue? value = text switch
        {
            ['[', ..] => ReadSet(text, ref at),
            ['{', ..] => ReadMap(text, ref at),
            _ => ReadAtom(text, ref at, ""),
        };
        return at == text.Length ? value : null;
    }

    private static OvsdbValue.Set? ReadSet(ReadOnlySpan<char> text, ref int at)
    {
        var items = new List<OvsdbValue.Atom>();
        at++;
        while (!Skip(text, ref at, ']'))
        {
            if (ReadAtom(text, ref at, ",]") is not { } item)
            {
                return null;
            }
            items.Add(item);
        }
        return new(items);
    }

    private static OvsdbValue.Map? ReadMap(ReadOnlySpan<char> text, ref int at)
    {
        var pairs = new List<KeyValuePair<OvsdbValue.Atom, OvsdbValue.Atom>>();
        at++;
        while (!Skip(text, ref at, '}'))
        {
            if (ReadAtom(text, ref at, "=") is not { } key || at >= text.Length || text[at++] != '='
                || ReadAtom(text, ref at, ",}") is not { } value)
            {
                return null;
            }
            pairs.Add(new(key, value));
        }
        return new(pairs);
    }

    /// <summary>Past blanks and a comma; true past the closing bracket, or at the end of a text that is cut off.</summary>
    private static bool Skip(ReadOnlySpan<char> text, ref int at, char closing)
    {
        while (at < text.Length && text[at] is ' ' or ',')
        {
            at++;
        }
        if (at < text.Length && text[at] == closing)
        {
            at++;
            return true;
        }
        return false;
    }

    private static OvsdbValue.Atom? ReadAtom(ReadOnlySpan<char> text, ref int at, string ends)
    {
        if (at < text.Length && text[at] == '"')
        {
            return ReadQuoted(text, ref at);
        }
        var start = at;
        while (at < text.Length && !ends.Contains(text[at]))
        {
            at++;
        }
        var word = text[start..at].Trim();
        return word.IsEmpty && ends.Length > 0 ? null : AtomOf(word);
    }

    private static OvsdbValue.Atom AtomOf(ReadOnlySpan<char> word)
    {
        if (word is "true" or "false")
        {
            return new OvsdbValue.Boolean(word is "true");
        }
        if (word.Length == 36 && Guid.TryParseExact(word, "D", out var uuid))
        {
            return new OvsdbValue.Uuid(uuid);
        }
        if (long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
        {
            return new OvsdbValue.Integer(integer);
        }
        return word.Length > 0 && (char.IsAsciiDigit(word[0]) || word[0] == '-')
            && double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var real)
                ? new OvsdbValue.Real(real)
                : new OvsdbValue.Text(word.ToString());
    }

    /// <summary>A string in JSON's quotes; null where it does not end.</summary>
    private static OvsdbValue.Text? ReadQuoted(ReadOnlySpan<char> text, ref int at)
    {
        var result = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '"':
                    at++;
                    return new(result.ToString());
                case '\\' when at + 1 < text.Length:
                    at++;
                    if (text[at] == 'u' && at + 4 < text.Length
                        && ushort.TryParse(text[(at + 1)..(at + 5)], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
                    {
                        result.Append((char)code);
                        at += 4;
                        break;
                    }
                    result.Append(text[at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', var other => other });
                    break;
                default:
                    result.Append(text[at]);
                    break;
            }
        }
        return null;
    }
}
