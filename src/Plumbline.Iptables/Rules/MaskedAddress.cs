using System.Globalization;

namespace Plumbline.Iptables;

/// <summary>An address and the bits of it that count. A mask need not be a prefix (<c>10.0.12.0/255.0.255.0</c>).</summary>
/// <param name="Family">IPv4 or IPv6.</param>
/// <param name="Address">In network order as a number, masked; an IPv4 address in the low 32 bits.</param>
/// <param name="Mask">Set bits count; an IPv4 mask in the low 32 bits.</param>
public readonly record struct MaskedAddress(IPFamily Family, UInt128 Address, UInt128 Mask)
{
    /// <summary>All 32 or 128 bits.</summary>
    public static UInt128 WholeMask(IPFamily family) => family == IPFamily.IPv4 ? uint.MaxValue : UInt128.MaxValue;

    /// <summary>The mask's length in bits; null where it is no prefix.</summary>
    public int? PrefixLength
    {
        get
        {
            var length = (int)UInt128.PopCount(Mask);
            return Mask == MaskOf(Family, length) ? length : null;
        }
    }

    /// <summary>One address, not a range.</summary>
    public bool IsHost => Mask == WholeMask(Family);

    /// <summary>The mask of a prefix of <paramref name="length"/> bits.</summary>
    public static UInt128 MaskOf(IPFamily family, int length)
    {
        var bits = family == IPFamily.IPv4 ? 32 : 128;
        return length <= 0 ? 0 : (UInt128.MaxValue << (bits - length)) & WholeMask(family);
    }

    /// <summary>Whether <paramref name="address"/> (as a number, see <see cref="Address"/>) is meant.</summary>
    public bool Contains(UInt128 address) => (address & Mask) == Address;

    /// <summary>Reads <c>10.0.0.0/8</c>, <c>10.0.0.0/255.0.0.0</c>, <c>fe80::/64</c>, or an address alone; host bits are cleared.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MaskedAddress address) =>
        AddressText.TryParseMasked(text, out address);

    /// <summary>As iptables prints it: always with its prefix length, or with the mask where that is no prefix.</summary>
    public override string ToString() => PrefixLength is { } length
        ? string.Create(CultureInfo.InvariantCulture, $"{AddressText.Format(Family, Address)}/{length}")
        : $"{AddressText.Format(Family, Address)}/{AddressText.Format(Family, Mask)}";
}
