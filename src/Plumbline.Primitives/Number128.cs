using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Plumbline.Primitives;

/// <summary>
/// A number of 128 bits without a sign: an IPv6 address, a wide OpenFlow field. All projects know it as <c>UInt128</c> (Directory.Build.props).
/// </summary>
/// <remarks>
/// The framework's own type may not be compiled ahead: every method that so much as passes one on is left to the compiler at run time, and
/// that was 40 ms of a question's first answer. Arithmetic wraps.
/// </remarks>
/// <param name="high">The upper 64 bits.</param>
/// <param name="low">The lower 64 bits.</param>
public readonly struct Number128(ulong high, ulong low)
    : IEquatable<Number128>, IComparable<Number128>, IComparable, ISpanFormattable
{
    /// <summary>The upper 64 bits.</summary>
    public ulong High { get; } = high;

    /// <summary>The lower 64 bits.</summary>
    public ulong Low { get; } = low;

    /// <summary>0.</summary>
    public static Number128 Zero => default;

    /// <summary>1.</summary>
    public static Number128 One => new(0, 1);

    /// <summary>2^128 - 1: all bits.</summary>
    public static Number128 MaxValue => new(ulong.MaxValue, ulong.MaxValue);

    /// <summary>The same number.</summary>
    public static implicit operator Number128(byte value) => new(0, value);

    /// <summary>The same number.</summary>
    public static implicit operator Number128(ushort value) => new(0, value);

    /// <summary>The same number.</summary>
    public static implicit operator Number128(uint value) => new(0, value);

    /// <summary>The same number.</summary>
    public static implicit operator Number128(ulong value) => new(0, value);

    /// <summary>The same number; a negative one wraps.</summary>
    public static explicit operator Number128(long value) => new(value < 0 ? ulong.MaxValue : 0, (ulong)value);

    /// <summary>The same number; meant for numbers that stand in the code, which are not negative.</summary>
    public static implicit operator Number128(int value) => new(value < 0 ? ulong.MaxValue : 0, (ulong)value);

    /// <summary>The lowest bits.</summary>
    public static explicit operator byte(Number128 value) => (byte)value.Low;

    /// <summary>The lowest bits.</summary>
    public static explicit operator ushort(Number128 value) => (ushort)value.Low;

    /// <summary>The lowest bits.</summary>
    public static explicit operator uint(Number128 value) => (uint)value.Low;

    /// <summary>The lowest bits.</summary>
    public static explicit operator int(Number128 value) => (int)value.Low;

    /// <summary>The lowest bits.</summary>
    public static explicit operator long(Number128 value) => (long)value.Low;

    /// <summary>The lowest bits.</summary>
    public static explicit operator ulong(Number128 value) => value.Low;

    /// <summary>About the same.</summary>
    public static explicit operator double(Number128 value) => value.High * 18446744073709551616.0 + value.Low;

    /// <summary>Sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Number128 operator +(Number128 one, Number128 other)
    {
        var low = one.Low + other.Low;
        return new(one.High + other.High + (low < one.Low ? 1UL : 0), low);
    }

    /// <summary>Difference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Number128 operator -(Number128 one, Number128 other) =>
        new(one.High - other.High - (one.Low < other.Low ? 1UL : 0), one.Low - other.Low);

    /// <summary>One more.</summary>
    public static Number128 operator ++(Number128 value) => value + One;

    /// <summary>One less.</summary>
    public static Number128 operator --(Number128 value) => value - One;

    /// <summary>Bits of both.</summary>
    public static Number128 operator &(Number128 one, Number128 other) => new(one.High & other.High, one.Low & other.Low);

    /// <summary>Bits of either.</summary>
    public static Number128 operator |(Number128 one, Number128 other) => new(one.High | other.High, one.Low | other.Low);

    /// <summary>Bits of one alone.</summary>
    public static Number128 operator ^(Number128 one, Number128 other) => new(one.High ^ other.High, one.Low ^ other.Low);

    /// <summary>All other bits.</summary>
    public static Number128 operator ~(Number128 value) => new(~value.High, ~value.Low);

    /// <summary>Up by <paramref name="by"/> bits; as of all integers, only its lowest bits (0 to 127) count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Number128 operator <<(Number128 value, int by)
    {
        by &= 127;
        return by >= 64 ? new(value.Low << (by - 64), 0)
            : by == 0 ? value
            : new(value.High << by | value.Low >> (64 - by), value.Low << by);
    }

    /// <summary>Down by <paramref name="by"/> bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Number128 operator >>(Number128 value, int by)
    {
        by &= 127;
        return by >= 64 ? new(0, value.High >> (by - 64))
            : by == 0 ? value
            : new(value.High >> by, value.Low >> by | value.High << (64 - by));
    }

    /// <summary>Equal.</summary>
    public static bool operator ==(Number128 one, Number128 other) => one.Low == other.Low && one.High == other.High;

    /// <summary>Not equal.</summary>
    public static bool operator !=(Number128 one, Number128 other) => !(one == other);

    /// <summary>Less.</summary>
    public static bool operator <(Number128 one, Number128 other) =>
        one.High < other.High || one.High == other.High && one.Low < other.Low;

    /// <summary>Greater.</summary>
    public static bool operator >(Number128 one, Number128 other) => other < one;

    /// <summary>Not greater.</summary>
    public static bool operator <=(Number128 one, Number128 other) => !(other < one);

    /// <summary>Not less.</summary>
    public static bool operator >=(Number128 one, Number128 other) => !(one < other);

    /// <summary>Reads sixteen bytes, the highest first.</summary>
    public static Number128 Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    /// <summary>Writes sixteen bytes, the highest first.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
    }

    /// <summary>The lesser.</summary>
    public static Number128 Min(Number128 one, Number128 other) => one < other ? one : other;

    /// <summary>The greater.</summary>
    public static Number128 Max(Number128 one, Number128 other) => one < other ? other : one;

    /// <summary>How many bits are 1.</summary>
    public static int PopCount(Number128 value) => (int)(ulong.PopCount(value.High) + ulong.PopCount(value.Low));

    /// <summary>Digits of base ten, or with <see cref="NumberStyles.AllowHexSpecifier"/> of base sixteen; nothing else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, NumberStyles style, IFormatProvider? provider, out Number128 value)
    {
        value = default;
        var isHex = (style & NumberStyles.AllowHexSpecifier) != 0;
        if (text.IsEmpty)
        {
            return false;
        }
        foreach (var c in text)
        {
            if (isHex ? !char.IsAsciiHexDigit(c) || value.High >> 60 != 0 : !char.IsAsciiDigit(c))
            {
                return false;
            }
            if (isHex)
            {
                value = value << 4 | (uint)(char.IsAsciiDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
                continue;
            }
            // ten times: no less than before unless it wraps, which is seen in the upper half
            var high = Math.BigMul(value.Low, 10, out var low);
            if (value.High > (ulong.MaxValue - high) / 10)
            {
                return false;
            }
            var ten = new Number128(value.High * 10 + high, low);
            value = ten + (uint)(c - '0');
            if (value < ten)
            {
                return false;
            }
        }
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, NumberStyles, IFormatProvider?, out Number128)"/>
    public static bool TryParse(string? text, NumberStyles style, IFormatProvider? provider, out Number128 value) =>
        TryParse(text.AsSpan(), style, provider, out value);

    /// <inheritdoc/>
    public int CompareTo(Number128 other) => this < other ? -1 : this == other ? 0 : 1;

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj is Number128 other ? CompareTo(other)
        : obj is null ? 1 : throw new ArgumentException("no number of 128 bits", nameof(obj));

    /// <inheritdoc/>
    public bool Equals(Number128 other) => this == other;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Number128 other && this == other;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(High, Low);

    /// <summary>In base ten.</summary>
    public override string ToString() => ToString(null, CultureInfo.InvariantCulture);

    /// <summary>In base ten, or as the framework formats its numbers.</summary>
    public string ToString(IFormatProvider? formatProvider) => ToString(null, formatProvider);

    /// <summary>Formats as the framework's numbers do: null for base ten, <c>x</c> for base sixteen …</summary>
    public string ToString(string? format, IFormatProvider? formatProvider) => High == 0
        ? Low.ToString(format, formatProvider)
        : Framework.Of(this).ToString(format, formatProvider);

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) => High == 0
        ? Low.TryFormat(destination, out charsWritten, format, provider)
        : Framework.Of(this).TryFormat(destination, out charsWritten, format, provider);

    /// <summary>Apart, so that only who formats a really wide number waits for the compiler.</summary>
    private static class Framework
    {
        public static System.UInt128 Of(Number128 value) => new(value.High, value.Low);
    }
}
