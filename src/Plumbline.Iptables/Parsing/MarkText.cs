namespace Plumbline.Iptables;

/// <summary>Marks: <c>VALUE[/MASK]</c>.</summary>
internal static class MarkText
{
    /// <summary>Reads one; the mask is all ones where it is left out.</summary>
    public static bool TryParse(string text, out uint value, out uint mask)
    {
        var cut = text.IndexOf('/', StringComparison.Ordinal);
        mask = uint.MaxValue;
        return cut < 0
            ? Numbers.TryParse(text, out value)
            : Numbers.TryParse(text.AsSpan(0, cut), out value) & Numbers.TryParse(text.AsSpan(cut + 1), out mask);
    }
}
