namespace Plumbline.Iptables;

/// <summary>Ranges of numbers, open at either end.</summary>
internal static class RangeText
{
    /// <summary>Reads <c>3</c>, <c>3:9</c>, <c>:9</c>, <c>3:</c>, <c>:</c>, each at most <paramref name="most"/>.</summary>
    public static bool TryParse(string text, uint most, out NumberRange range)
    {
        range = default;
        var cut = text.IndexOf(':', StringComparison.Ordinal);
        ulong first = 0;
        ulong last = most;
        if (cut < 0)
        {
            if (!Numbers.TryParse(text, most, out first))
            {
                return false;
            }
            last = first;
        }
        else if ((cut > 0 && !Numbers.TryParse(text.AsSpan(0, cut), most, out first))
            || (cut < text.Length - 1 && !Numbers.TryParse(text.AsSpan(cut + 1), most, out last)))
        {
            return false;
        }
        range = new((uint)first, (uint)last);
        return first <= last;
    }
}
