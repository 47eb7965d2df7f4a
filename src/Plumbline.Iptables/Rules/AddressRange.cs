namespace Plumbline.Iptables;

/// <summary>Addresses from first to last, both included, in one family.</summary>
/// <param name="Family">IPv4 or IPv6.</param>
/// <param name="First">The least; an IPv4 address in the low 32 bits.</param>
/// <param name="Last">The greatest.</param>
public readonly record struct AddressRange(IPFamily Family, UInt128 First, UInt128 Last)
{
    /// <summary>Whether <paramref name="address"/> is one of them.</summary>
    public bool Contains(UInt128 address) => address >= First && address <= Last;

    /// <summary><c>10.0.0.1</c> or <c>10.0.0.1-10.0.0.9</c>.</summary>
    public override string ToString() => First == Last
        ? AddressText.Format(Family, First)
        : $"{AddressText.Format(Family, First)}-{AddressText.Format(Family, Last)}";
}
