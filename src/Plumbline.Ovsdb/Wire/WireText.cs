using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Plumbline.Ovsdb.Wire;

/// <summary>Strings as they come: bytes that are no UTF-8 and lone surrogates lose a character, not the whole answer.</summary>
internal static class WireText
{
    /// <summary>The string (or property name) that the reader stands on.</summary>
    public static string Read(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException) when (IsText(reader.TokenType))
        {
            return Repair(reader.ValueSpan);
        }
    }

    private static bool IsText(JsonTokenType type) => type is JsonTokenType.String or JsonTokenType.PropertyName;

    /// <summary>Undoes the escapes of a JSON string that is well-formed but holds bytes or surrogates that no string may hold.</summary>
    private static string Repair(ReadOnlySpan<byte> escaped)
    {
        var result = new StringBuilder(escaped.Length);
        while (!escaped.IsEmpty)
        {
            var backslash = escaped.IndexOf((byte)'\\');
            if (backslash != 0)
            {
                var plain = backslash < 0 ? escaped : escaped[..backslash];
                result.Append(Encoding.UTF8.GetString(plain));
                escaped = escaped[plain.Length..];
                continue;
            }
            var length = 2;
            switch (escaped[1])
            {
                case (byte)'u':
                    result.Append((char)int.Parse(escaped.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                    length = 6;
                    break;
                case (byte)'b': result.Append('\b'); break;
                case (byte)'f': result.Append('\f'); break;
                case (byte)'n': result.Append('\n'); break;
                case (byte)'r': result.Append('\r'); break;
                case (byte)'t': result.Append('\t'); break;
                default: result.Append((char)escaped[1]); break;
            }
            escaped = escaped[length..];
        }
        return result.ToString();
    }
}
