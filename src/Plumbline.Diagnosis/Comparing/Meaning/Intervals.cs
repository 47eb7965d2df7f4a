namespace Plumbline.Diagnosis.Comparing.Meaning;

/// <summary>A set of numbers as disjoint ranges, ascending, none touching the next. Immutable.</summary>
internal readonly struct Intervals
{
    private readonly (UInt128 First, UInt128 Last)[]? _ranges;

    private Intervals((UInt128 First, UInt128 Last)[] ranges) => _ranges = ranges;

    /// <summary>No number.</summary>
    public static Intervals None { get; } = new([]);

    public bool IsEmpty => _ranges is null or [];

    /// <summary>The ranges.</summary>
    public ReadOnlySpan<(UInt128 First, UInt128 Last)> Ranges => _ranges;

    /// <summary>One range.</summary>
    public static Intervals Of(UInt128 first, UInt128 last) => new([(first, last)]);

    /// <summary>Ranges in any order, overlapping or not.</summary>
    public static Intervals Of(IEnumerable<(UInt128 First, UInt128 Last)> ranges)
    {
        var sorted = ranges.OrderBy(r => r.First).ToList();
        var merged = new List<(UInt128 First, UInt128 Last)>();
        foreach (var range in sorted)
        {
            if (merged.Count > 0 && (merged[^1].Last == UInt128.MaxValue || range.First <= merged[^1].Last + 1))
            {
                merged[^1] = (merged[^1].First, UInt128.Max(merged[^1].Last, range.Last));
            }
            else
            {
                merged.Add(range);
            }
        }
        return new([.. merged]);
    }

    /// <summary>Numbers that are in both.</summary>
    public Intervals And(Intervals other)
    {
        var a = Ranges;
        var b = other.Ranges;
        var result = new List<(UInt128, UInt128)>();
        var (i, j) = (0, 0);
        while (i < a.Length && j < b.Length)
        {
            var (first, last) = (UInt128.Max(a[i].First, b[j].First), UInt128.Min(a[i].Last, b[j].Last));
            if (first <= last)
            {
                result.Add((first, last));
            }
            _ = a[i].Last < b[j].Last ? i++ : j++;
        }
        return new([.. result]);
    }

    /// <summary>Numbers that are here and not in <paramref name="other"/>.</summary>
    public Intervals Without(Intervals other)
    {
        var result = new List<(UInt128, UInt128)>();
        var cuts = other.Ranges;
        foreach (var (first, last) in Ranges)
        {
            var from = first;
            var isDone = false;
            foreach (var (cutFirst, cutLast) in cuts)
            {
                if (cutLast < from)
                {
                    continue;
                }
                if (cutFirst > last)
                {
                    break;
                }
                if (cutFirst > from)
                {
                    result.Add((from, cutFirst - 1));
                }
                if (cutLast >= last)
                {
                    isDone = true;
                    break;
                }
                from = cutLast + 1;
            }
            if (!isDone)
            {
                result.Add((from, last));
            }
        }
        return new([.. result]);
    }

    /// <summary>The same numbers.</summary>
    public bool Same(Intervals other) => Ranges.SequenceEqual(other.Ranges);
}
