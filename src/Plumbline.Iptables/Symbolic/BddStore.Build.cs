namespace Plumbline.Iptables.Symbolic;

internal sealed partial class BddStore
{
    /// <summary>Numbers of <paramref name="width"/> bits at <paramref name="first"/> (highest bit on top) with (n &amp; mask) == value.</summary>
    public int Masked(int first, int width, UInt128 value, UInt128 mask)
    {
        var result = True;
        if (width <= 64)
        {
            var (bits, asked) = ((ulong)value, (ulong)mask);
            for (var level = first + width - 1; level >= first; level--, bits >>= 1, asked >>= 1)
            {
                if ((asked & 1) != 0)
                {
                    result = (bits & 1) != 0 ? Make(level, False, result) : Make(level, result, False);
                }
            }
            return result;
        }
        for (var i = 0; i < width; i++)
        {
            if ((mask >> i & 1) != 0)
            {
                result = (value >> i & 1) != 0
                    ? Make(first + width - 1 - i, False, result)
                    : Make(first + width - 1 - i, result, False);
            }
        }
        return result;
    }

    /// <summary>One number.</summary>
    public int Number(int first, int width, UInt128 value) => Masked(first, width, value, UInt128.MaxValue);

    /// <summary>Numbers from <paramref name="least"/> to <paramref name="greatest"/>, both included: at most two nodes a bit.</summary>
    public int Range(int first, int width, UInt128 least, UInt128 greatest) =>
        least > greatest ? False : Ranges(first, width, [(least, greatest)]);

    /// <summary>Numbers of any of the ranges, which must be sorted and apart. Made from the leaves up: linear in its own size.</summary>
    public int Ranges(int first, int width, ReadOnlySpan<(UInt128 First, UInt128 Last)> ranges) => Ranges(first, width, 0, ranges);

    private int Ranges(int level, int width, UInt128 start, ReadOnlySpan<(UInt128 First, UInt128 Last)> ranges)
    {
        var end = start + (width == 128 ? UInt128.MaxValue : (UInt128.One << width) - 1);
        while (ranges.Length > 0 && ranges[0].Last < start)
        {
            ranges = ranges[1..];
        }
        while (ranges.Length > 0 && ranges[^1].First > end)
        {
            ranges = ranges[..^1];
        }
        if (ranges.Length == 0)
        {
            return False;
        }
        if (ranges[0].First <= start && ranges[0].Last >= end)
        {
            return True;
        }
        // each half takes only ranges that touch it: found by halving, not by a walk
        var middle = start + (UInt128.One << (width - 1));
        int from = 0, to = ranges.Length;
        while (from < to)
        {
            var i = (from + to) / 2;
            if (ranges[i].Last < middle)
            {
                from = i + 1;
            }
            else
            {
                to = i;
            }
        }
        var lowEnd = from < ranges.Length && ranges[from].First < middle ? from + 1 : from;
        var low = Ranges(level + 1, width - 1, start, ranges[..lowEnd]);
        var high = Ranges(level + 1, width - 1, middle, ranges[from..]);
        return Make(level, low, high);
    }
}
