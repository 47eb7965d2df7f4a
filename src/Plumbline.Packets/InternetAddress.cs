using System.Buffers.Binary;
using System.Net;

namespace Plumbline.Packets;

/// <summary>An IPv4 or IPv6 address as a value: millions of packets make no objects.</summary>
/// <param name="High">The first 64 bits of an IPv6 address; 0 for IPv4.</param>
/// <param name="Low">The other 64 bits; an IPv4 address is in the lowest 32.</param>
/// <param name="IsV6">IPv6.</param>
public readonly record struct InternetAddress(ulong High, ulong Low, bool IsV6) : IComparable<InternetAddress>
{
    /// <summary>0.0.0.0 or ::.</summary>
    public bool IsAny => (High | Low) == 0;

    /// <summary>224.0.0.0/4, 255.255.255.255 or ff00::/8.</summary>
    public bool IsGroup => IsV6 ? High >> 56 == 0xFF : Low >> 28 >= 0xE && (Low >> 28 == 0xE || Low == uint.MaxValue);

    /// <summary>Reads four octets.</summary>
    public static InternetAddress ReadV4(ReadOnlySpan<byte> octets) => new(0, BinaryPrimitives.ReadUInt32BigEndian(octets), false);

    /// <summary>Reads sixteen octets.</summary>
    public static InternetAddress ReadV6(ReadOnlySpan<byte> octets) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(octets), BinaryPrimitives.ReadUInt64BigEndian(octets[8..]), true);

    /// <summary>The same as a value.</summary>
    public static InternetAddress Of(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        _ = address.TryWriteBytes(octets, out var length);
        return length == 4 ? ReadV4(octets) : ReadV6(octets);
    }

    /// <summary>As an object.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> octets = stackalloc byte[16];
        if (!IsV6)
        {
            BinaryPrimitives.WriteUInt32BigEndian(octets, (uint)Low);
            return new(octets[..4]);
        }
        BinaryPrimitives.WriteUInt64BigEndian(octets, High);
        BinaryPrimitives.WriteUInt64BigEndian(octets[8..], Low);
        return new(octets);
    }

    /// <inheritdoc/>
    public int CompareTo(InternetAddress other) =>
        IsV6 != other.IsV6 ? IsV6.CompareTo(other.IsV6) : High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    /// <summary>As <see cref="IPAddress"/> prints it.</summary>
    public override string ToString() => ToIPAddress().ToString();
}
