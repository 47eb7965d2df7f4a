using System.Globalization;
using System.Text;

namespace Plumbline.Iptables;

/// <summary>The options of a module without a type of its own, as iptables would print them.</summary>
internal static class GenericText
{
    /// <summary>Of a module that we know the options of.</summary>
    public static string Of(ModuleDraft draft, IPFamily family)
    {
        if (!draft.HasFailed && SpecialText.Of(draft, family) is { } special)
        {
            return special;
        }
        var text = new StringBuilder();
        if (draft.Spec!.KeepsOrder || draft.HasFailed)
        {
            foreach (var given in draft.Options)
            {
                Append(text, given, draft.HasFailed);
            }
        }
        else
        {
            foreach (var option in draft.Spec.Options)
            {
                foreach (var given in draft.Options)
                {
                    if (given.Option == option)
                    {
                        Append(text, given, false);
                    }
                }
            }
        }
        return text.ToString();
    }

    /// <summary>Of a module that we don't know.</summary>
    public static string OfWords(List<Word> words)
    {
        if (words.Count == 1 && words[0].IsQuoted && words[0].Start == words[0].End)
        {
            return words[0].Text;
        }
        var text = new StringBuilder();
        foreach (var word in words)
        {
            text.Append(text.Length > 0 ? " " : "");
            if (word.IsQuoted)
            {
                Quoting.AppendString(text, word.Text);
            }
            else
            {
                Quoting.AppendWord(text, word.Text);
            }
        }
        return text.ToString();
    }

    /// <summary>One option with the blank before it.</summary>
    public static void Append(StringBuilder text, Given given, bool isAsGiven)
    {
        if (!isAsGiven && !given.IsInverted && given.Option.Kind is 'R' or 'B' && IsFull(given))
        {
            return;
        }
        text.Append(text.Length > 0 ? " " : "").Append(given.IsInverted ? "! --" : "--").Append(isAsGiven ? given.Name : PrintedName(given));
        if (given.Option.Values == 0 || (given.Option.Kind == 'o' && given.Value.Length == 0))
        {
            return;
        }
        text.Append(' ');
        switch (isAsGiven ? 'v' : given.Option.Kind)
        {
            case 't':
                Quoting.AppendString(text, given.Value);
                break;
            case 'q':
                Quoting.AppendQuoted(text, given.Value);
                break;
            default:
                Quoting.AppendWord(text, isAsGiven ? given.Value : Normal(given.Option.Kind, given.Value));
                break;
        }
        if (given.Option.Values == 2)
        {
            text.Append(' ');
            Quoting.AppendWord(text, given.Second);
        }
    }

    private static string PrintedName(Given given) => given.Option.Kind == 'D' ? given.Name[..^"-class".Length] : given.Name;

    private static bool IsFull(Given given)
    {
        var most = given.Option.Kind == 'R' ? uint.MaxValue : byte.MaxValue;
        return RangeText.TryParse(given.Value, most, out var range) && range == new NumberRange(0, most);
    }

    /// <summary>A value as iptables prints it; as it is, where it makes no sense.</summary>
    private static string Normal(char kind, string value) => kind switch
    {
        'n' => Numbers.TryParse(value, ulong.MaxValue, out var number) ? number.ToString(CultureInfo.InvariantCulture) : value,
        'R' => RangeText.TryParse(value, uint.MaxValue, out var range) ? range.ToString() : value,
        'W' => RangeText.TryParse(value, ushort.MaxValue, out var range) ? range.ToString() : value,
        'B' => RangeText.TryParse(value, byte.MaxValue, out var range) ? range.ToString() : value,
        'P' => PortText.TryParse(value, ':', out var range) ? range.ToString() : value,
        'c' => OpenRange(value),
        'd' => Numbers.TryParse(value, 63, out var number) ? string.Create(CultureInfo.InvariantCulture, $"0x{number:x2}") : value,
        'D' => Dscp(value) is { } number ? string.Create(CultureInfo.InvariantCulture, $"0x{number:x2}") : value,
        'T' => TosText.Normal(value),
        'a' => UnmaskedAddress(value),
        'A' => MaskedAddress.TryParse(value, out var address) ? address.ToString() : value,
        'p' => ProtocolNames.NumberOf(value) is { } number ? number.ToString(CultureInfo.InvariantCulture) : value,
        's' => ServiceNames.PortOf(value) is { } port ? port.ToString(CultureInfo.InvariantCulture) : value,
        'u' => value == "root" ? "0" : value,
        _ => value,
    };

    /// <summary>Of a module that keeps the host's bits: 1.2.3.4/255.255.255.0 is printed 1.2.3.4/24.</summary>
    private static string UnmaskedAddress(string value)
    {
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        if (!MaskedAddress.TryParse(value, out var address) || slash < 0)
        {
            return value;
        }
        var mask = address.ToString();
        return address.IsHost ? value[..slash] : value[..slash] + mask[mask.IndexOf('/', StringComparison.Ordinal)..];
    }

    private static string OpenRange(string value)
    {
        var cut = value.IndexOf(':', StringComparison.Ordinal);
        var first = cut < 0 ? value : cut == 0 ? "0" : value[..cut];
        return cut < 0 || cut == value.Length - 1 || value[(cut + 1)..] == "18446744073709551615" ? first : $"{first}:{value[(cut + 1)..]}";
    }

    private static int? Dscp(string name)
    {
        name = name.ToUpperInvariant();
        return name switch
        {
            "BE" => 0,
            "EF" => 0x2e,
            ['C', 'S', >= '0' and <= '7' and var n] => (n - '0') * 8,
            ['A', 'F', >= '1' and <= '4' and var c, >= '1' and <= '3' and var d] => (c - '0') * 8 + (d - '0') * 2,
            _ => null,
        };
    }
}
