using System.Globalization;

namespace Plumbline.Iptables;

/// <summary>Numbers as <c>-L -v</c> prints them: whole below 100,000, then in K, M, G, T of 1000.</summary>
internal static class ListCounters
{
    /// <summary>Reads <c>348K</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ulong number, out bool isRounded)
    {
        isRounded = false;
        ulong factor = 1;
        if (text.Length > 1 && FactorOf(text[^1]) is var scale and > 1)
        {
            factor = scale;
            isRounded = true;
            text = text[..^1];
        }
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number <= ulong.MaxValue / factor && (number *= factor) >= 0;
    }

    /// <summary>What a letter multiplies by; 1 for others.</summary>
    public static ulong FactorOf(char letter) => letter switch
    {
        'K' => 1_000,
        'M' => 1_000_000,
        'G' => 1_000_000_000,
        'T' => 1_000_000_000_000,
        'P' => 1_000_000_000_000_000,
        _ => 1,
    };
}
