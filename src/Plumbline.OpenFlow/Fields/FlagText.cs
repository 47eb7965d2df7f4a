using System.Text;

namespace Plumbline.OpenFlow.Fields;

/// <summary>Text of flags: <c>+trk+new-est</c>, <c>trk|new</c>.</summary>
internal static class FlagText
{
    private static readonly string[] _ct = ["new", "est", "rel", "rpl", "inv", "trk", "snat", "dnat"];
    private static readonly string[] _tcp =
        ["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns", "[200]", "[400]", "[800]"];
    private static readonly string[] _tunnel = ["oam", "df", "csum", "key"];

    public static string[] NamesOf(FieldFormat format) => format switch
    {
        FieldFormat.CtState => _ct,
        FieldFormat.TcpFlags => _tcp,
        _ => _tunnel,
    };

    /// <summary>Reads <c>+a-b</c>, <c>a|b</c>, or 0; a number is left to the caller.</summary>
    public static bool TryParse(string text, string[] names, UInt128 full, out UInt128 value, out UInt128 mask)
    {
        (value, mask) = (0, full);
        if (text is "0" or "")
        {
            return text.Length > 0;
        }
        if (text[0] is not ('+' or '-'))
        {
            foreach (var part in text.Split('|'))
            {
                var bit = Array.IndexOf(names, part);
                if (bit < 0)
                {
                    return false;
                }
                value |= UInt128.One << bit;
            }
            return true;
        }
        mask = 0;
        for (var i = 0; i < text.Length;)
        {
            var end = text.AsSpan(i + 1).IndexOfAny('+', '-');
            end = end < 0 ? text.Length : i + 1 + end;
            var bit = Array.IndexOf(names, text[(i + 1)..end]);
            if (bit < 0 || (mask & UInt128.One << bit) != 0)
            {
                return false;
            }
            mask |= UInt128.One << bit;
            value |= text[i] == '+' ? UInt128.One << bit : 0;
            i = end;
        }
        return true;
    }

    public static string Write(UInt128 value, string[] names)
    {
        var text = new StringBuilder();
        for (var i = 0; i < names.Length; i++)
        {
            if ((value >> i & UInt128.One) != 0)
            {
                text.Append(text.Length > 0 ? "|" : "").Append(names[i]);
            }
        }
        return text.Length > 0 ? text.ToString() : "0";
    }
}
