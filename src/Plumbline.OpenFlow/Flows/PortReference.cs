using System.Buffers;
using Plumbline.OpenFlow.Fields;

namespace Plumbline.OpenFlow.Flows;

/// <summary>A port as a flow names it: by number, or (with <c>--names</c>) by name.</summary>
/// <param name="Number">OpenFlow 1.0 number, reserved ones of <see cref="OfPort"/> too; null where only a name was printed.</param>
/// <param name="Name">The name; null where a number was printed.</param>
public readonly record struct PortReference(int? Number, string? Name)
{
    private static readonly SearchValues<char> _never = SearchValues.Create("()[]{}=\" ");

    /// <inheritdoc/>
    public override string ToString() => Number is { } number ? OfPort.Write(number) : Name ?? "";

    internal static bool TryParse(string text, out PortReference port)
    {
        port = default;
        if (text.Length == 0)
        {
            return false;
        }
        if (text[0] != '"')
        {
            if (OfPort.NumberOf(text) is { } reserved)
            {
                port = new(reserved, null);
                return true;
            }
            if (FieldText.TryParseNumber(text, out var value))
            {
                var number = value >= 0xffffff00 ? value & 0xffff : value;
                port = new((int)(uint)number, null);
                return number <= 0xffff;
            }
            if (text.AsSpan().IndexOfAny(_never) >= 0)
            {
                return false;
            }
        }
        port = new(null, Text.Splitter.Unquote(text));
        return true;
    }
}
