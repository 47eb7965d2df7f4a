namespace Plumbline.Node.Topologies;

/// <summary>Sorts thousands of things by names that begin alike (<c>link:/tap…</c>): by eight characters as one number, and the few equal ones in full.</summary>
internal static class OrdinalOrder
{
    private const int KeyLength = sizeof(ulong);

    /// <summary>Sorts <paramref name="items"/>.</summary>
    /// <param name="items">What to sort.</param>
    /// <param name="name">What counts first, compared by <see cref="string.CompareOrdinal(string, string)"/>.</param>
    /// <param name="compare">The whole order; it must agree with the one by <paramref name="name"/>.</param>
    public static void Sort<T>(Span<T> items, Func<T, string> name, Comparison<T> compare)
    {
        if (items.Length < 2)
        {
            return;
        }
        var alike = name(items[0]).AsSpan();
        foreach (var item in items)
        {
            alike = alike[..alike.CommonPrefixLength(name(item))];
        }
        var keys = new ulong[items.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = KeyOf(name(items[i]).AsSpan(alike.Length));
        }
        keys.AsSpan().Sort(items);
        for (var start = 0; start < keys.Length;)
        {
            var end = start + 1;
            while (end < keys.Length && keys[end] == keys[start])
            {
                end++;
            }
            if (end - start > 1)
            {
                items[start..end].Sort(compare);
            }
            start = end;
        }
    }

    /// <summary>A number that is never smaller for a greater text; beyond Latin-1, characters are all one.</summary>
    private static ulong KeyOf(ReadOnlySpan<char> text)
    {
        var key = 0ul;
        for (var i = 0; i < KeyLength; i++)
        {
            key = key << 8 | (i < text.Length ? Math.Min(text[i], (char)byte.MaxValue) : 0u);
        }
        return key;
    }
}
