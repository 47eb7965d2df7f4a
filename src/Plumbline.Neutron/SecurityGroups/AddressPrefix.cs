using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Plumbline.Neutron.SecurityGroups;

/// <summary>An address with a length, as Neutron's server reads and prints them (netaddr): host bits may be set.</summary>
/// <param name="Address">The address's bits, the last one lowest; of IPv4 the lowest 32.</param>
/// <param name="Length">Bits of the network.</param>
/// <param name="IsIPv6">Its family.</param>
public readonly record struct AddressPrefix(UInt128 Address, int Length, bool IsIPv6)
{
    /// <summary>Bits of the family.</summary>
    public int Width => IsIPv6 ? 128 : 32;

    /// <summary>The same network without host bits.</summary>
    public AddressPrefix Network => this with { Address = Length == 0 ? 0 : Address & (UInt128.MaxValue << (Width - Length)) };

    /// <summary>The address alone.</summary>
    public IPAddress ToAddress()
    {
        Span<byte> octets = stackalloc byte[16];
        Address.Write(octets);
        return new(IsIPv6 ? octets : octets[12..]);
    }

    /// <summary>A whole address.</summary>
    public static AddressPrefix Of(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        octets.Clear();
        var ipv6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        address.TryWriteBytes(ipv6 ? octets : octets[12..], out _);
        return new(UInt128.Read(octets), ipv6 ? 128 : 32, ipv6);
    }

    /// <summary>Reads <c>ADDRESS</c>, <c>ADDRESS/LENGTH</c> or <c>ADDRESS/MASK</c>; an IPv4 address may lack its last octets.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out AddressPrefix prefix)
    {
        prefix = default;
        text = text.Trim();
        var slash = text.IndexOf('/');
        var address = slash < 0 ? text : text[..slash];
        UInt128 bits;
        var ipv6 = address.Contains(':');
        if (ipv6)
        {
            if (address.Contains('%') || address.Contains('[') || !IPAddress.TryParse(address, out var parsed))
            {
                return false;
            }
            bits = Of(parsed).Address;
        }
        else if (TryParseIPv4(address, out var value))
        {
            bits = value;
        }
        else
        {
            return false;
        }
        var length = ipv6 ? 128 : 32;
        if (slash >= 0 && !TryParseLength(text[(slash + 1)..], ipv6, out length))
        {
            return false;
        }
        prefix = new(bits, length, ipv6);
        return true;
    }

    /// <summary>As netaddr and iptables print it, always with a length.</summary>
    public override string ToString()
    {
        Span<char> text = stackalloc char[IPText.MaxLength + 4];
        return new(text[..Write(text)]);
    }

    /// <summary>Writes what <see cref="ToString"/> says into at least <see cref="IPText.MaxLength"/> + 4 characters.</summary>
    /// <returns>How many characters it has.</returns>
    internal int Write(Span<char> text)
    {
        Span<byte> octets = stackalloc byte[16];
        Address.Write(octets);
        var at = IPText.Write(IsIPv6 ? octets : octets[12..], text);
        text[at++] = '/';
        Length.TryFormat(text[at..], out var digits, default, CultureInfo.InvariantCulture);
        return at + digits;
    }

    private static bool TryParseLength(ReadOnlySpan<char> text, bool ipv6, out int length)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out length))
        {
            return length <= (ipv6 ? 128 : 32);
        }
        if (ipv6 || !TryParseIPv4(text, out var mask) || text.Count('.') != 3)
        {
            return false;
        }
        if (mask != 0 && (mask & (mask + 1)) == 0 && mask != uint.MaxValue)
        {
            mask = ~mask; // netaddr takes 0.0.0.255 too
        }
        length = System.Numerics.BitOperations.PopCount(mask);
        return mask == (length == 0 ? 0 : uint.MaxValue << (32 - length));
    }

    private static bool TryParseIPv4(ReadOnlySpan<char> text, out uint value)
    {
        value = 0;
        var octets = 0;
        foreach (var part in text.Split('.'))
        {
            if (++octets > 4 || !byte.TryParse(text[part], NumberStyles.None, CultureInfo.InvariantCulture, out var octet))
            {
                return false;
            }
            value |= (uint)octet << (8 * (4 - octets));
        }
        return octets > 0;
    }
}
