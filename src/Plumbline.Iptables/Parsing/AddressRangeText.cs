namespace Plumbline.Iptables;

/// <summary>Ranges of addresses.</summary>
internal static class AddressRangeText
{
    /// <summary>Reads <c>FIRST-LAST</c> or one address.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out AddressRange range)
    {
        range = default;
        var dash = text.IndexOf('-');
        if (!AddressText.TryParse(dash < 0 ? text : text[..dash], out var family, out var first))
        {
            return false;
        }
        var last = first;
        if (dash >= 0 && (!AddressText.TryParse(text[(dash + 1)..], out var lastFamily, out last) || lastFamily != family))
        {
            return false;
        }
        range = new(family, first, last);
        return true;
    }
}
