using System.Numerics;

namespace Plumbline.Packets.Timing;

/// <summary>
/// Counts of delays in bins that grow with them: exact up to 255 ns, then 128 bins to each power of two, so that a bin is at most 0.8 % wide.
/// Two of them can be compared without the samples. A delay below 0 counts as 0.
/// </summary>
public sealed class DelayHistogram
{
    private const int Exact = 256;
    private const int PerOctave = 128;

    private readonly long[]?[] _rows = new long[]?[(Exact + 56 * PerOctave) / PerOctave]; // few octaves hold something

    /// <summary>All counts together.</summary>
    public long Total { get; private set; }

    /// <summary>Lower bounds in nanoseconds and counts of the bins that hold something, least first.</summary>
    public IEnumerable<(long Lower, long Count)> Bins
    {
        get
        {
            for (var row = 0; row < _rows.Length; row++)
            {
                for (var bin = 0; _rows[row] is { } counts && bin < PerOctave; bin++)
                {
                    if (counts[bin] > 0)
                    {
                        yield return (LowerOf(row * PerOctave + bin), counts[bin]);
                    }
                }
            }
        }
    }

    /// <summary>Counts a delay.</summary>
    /// <param name="nanoseconds">It.</param>
    /// <param name="count">How often.</param>
    public void Add(long nanoseconds, long count = 1)
    {
        var bin = BinOf(Math.Max(nanoseconds, 0));
        (_rows[bin / PerOctave] ??= new long[PerOctave])[bin % PerOctave] += count;
        Total += count;
    }

    /// <summary>Lower bound of the bin with the nearest rank; 0 where nothing was counted.</summary>
    /// <param name="part">0 to 1.</param>
    public long Quantile(double part)
    {
        var rank = Math.Ceiling(part * Total);
        var last = 0L;
        foreach (var (lower, count) in Bins)
        {
            last = lower;
            rank -= count;
            if (rank <= 0)
            {
                break;
            }
        }
        return last;
    }

    private static int BinOf(long value)
    {
        if (value < Exact)
        {
            return (int)value;
        }
        var shift = BitOperations.Log2((ulong)value) - 7;
        return Exact + (shift - 1) * PerOctave + (int)(value >> shift) - PerOctave;
    }

    private static long LowerOf(int bin) =>
        bin < Exact ? bin : (long)((bin - Exact) % PerOctave + PerOctave) << ((bin - Exact) / PerOctave + 1);
}
