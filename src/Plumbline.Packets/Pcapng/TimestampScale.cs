namespace Plumbline.Packets.Pcapng;

/// <summary>What one tick of an interface's time stamps is: if_tsresol and if_tsoffset.</summary>
/// <param name="Resolution">if_tsresol: 10^-n s, or 2^-n s with the highest bit set.</param>
/// <param name="OffsetSeconds">if_tsoffset.</param>
internal readonly record struct TimestampScale(byte Resolution, long OffsetSeconds = 0)
{
    /// <summary>The default where the file says nothing: 10^-6 s.</summary>
    public static TimestampScale Microseconds { get; } = new(6);

    /// <summary>Nanoseconds since 1970 UTC; null where they do not fit.</summary>
    public long? ToNanoseconds(ulong ticks)
    {
        // the scales that are written nearly always, without 128-bit arithmetic
        if (OffsetSeconds == 0 && (Resolution is 6 or 9) && ticks <= long.MaxValue / 1000)
        {
            return (long)(Resolution == 9 ? ticks : ticks * 1000);
        }
        var exponent = Resolution & 0x7F;
        var nanoseconds = (Resolution & 0x80) != 0 ? (System.UInt128)ticks * 1_000_000_000 >> exponent
            : exponent <= 9 ? ticks * PowerOfTen(9 - exponent)
            : exponent <= 28 ? ticks / PowerOfTen(exponent - 9)
            : 0; // 2^64 ticks are less than a nanosecond
        var total = (Int128)nanoseconds + (Int128)OffsetSeconds * 1_000_000_000;
        return total >= 0 && total <= long.MaxValue ? (long)total : null;
    }

    private static System.UInt128 PowerOfTen(int exponent)
    {
        System.UInt128 power = 1;
        while (exponent-- > 0)
        {
            power *= 10;
        }
        return power;
    }
}
