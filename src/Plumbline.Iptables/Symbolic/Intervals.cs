namespace Plumbline.Iptables.Symbolic;

/// <summary>Lists of ranges of numbers.</summary>
internal static class Intervals
{
    /// <summary>Sorted, and with those that touch made one.</summary>
    public static (UInt128 First, UInt128 Last)[] Merge(List<(UInt128 First, UInt128 Last)> ranges)
    {
        ranges.Sort((a, b) => a.First.CompareTo(b.First));
        var result = new List<(UInt128 First, UInt128 Last)>(ranges.Count);
        foreach (var range in ranges)
        {
            if (result.Count > 0 && (range.First <= result[^1].Last || range.First - result[^1].Last == 1))
            {
                result[^1] = (result[^1].First, UInt128.Max(result[^1].Last, range.Last));
            }
            else
            {
                result.Add(range);
            }
        }
        return [.. result];
    }
}
