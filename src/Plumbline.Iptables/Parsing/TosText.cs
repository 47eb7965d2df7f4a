using System.Globalization;

namespace Plumbline.Iptables;

/// <summary>Types of service as iptables prints them.</summary>
internal static class TosText
{
    /// <summary>Reads <c>VALUE[/MASK]</c> or one of the five old names.</summary>
    public static string Normal(string text)
    {
        int? named = text.ToLowerInvariant() switch
        {
            "minimize-delay" => 0x10,
            "maximize-throughput" => 0x08,
            "maximize-reliability" => 0x04,
            "minimize-cost" => 0x02,
            "normal-service" => 0x00,
            _ => null,
        };
        if (named is { } symbol)
        {
            return Text((uint)symbol, 0x3f);
        }
        return MarkText.TryParse(text, out var value, out var mask) ? Text(value, mask & 0xff) : text;
    }

    /// <summary><c>0x10/0x3f</c>.</summary>
    public static string Text(uint value, uint mask) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x2}/0x{mask:x2}");
}
