using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Plumbline.Iptables;

/// <summary>Addresses from and to text, as inet_pton(3) and inet_ntop(3) do it.</summary>
internal static class AddressText
{
    /// <summary>One address, without a mask.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IPFamily family, out UInt128 address)
    {
        if (text.Contains(':'))
        {
            family = IPFamily.IPv6;
            return TryParseIPv6(text, out address);
        }
        family = IPFamily.IPv4;
        var isAddress = TryParseIPv4(text, out var narrow, out var octets);
        address = narrow;
        return isAddress && octets == 4;
    }

    /// <summary>An address with or without a prefix length or mask; host bits are cleared.</summary>
    public static bool TryParseMasked(ReadOnlySpan<char> text, out MaskedAddress masked)
    {
        masked = default;
        var slash = text.IndexOf('/');
        var host = slash < 0 ? text : text[..slash];
        IPFamily family;
        UInt128 address;
        if (host.Contains(':'))
        {
            family = IPFamily.IPv6;
            if (!TryParseIPv6(host, out address))
            {
                return false;
            }
        }
        else
        {
            family = IPFamily.IPv4;
            // iptables fills up what is left out only where a mask says how much counts: 10/8
            if (!TryParseIPv4(host, out var narrow, out var octets) || (octets < 4 && slash < 0))
            {
                return false;
            }
            address = narrow;
        }
        var mask = MaskedAddress.WholeMask(family);
        if (slash >= 0 && !TryParseMask(text[(slash + 1)..], family, out mask))
        {
            return false;
        }
        masked = new(family, address & mask, mask);
        return true;
    }

    /// <summary>As inet_ntop(3).</summary>
    public static string Format(IPFamily family, UInt128 address)
    {
        Span<char> text = stackalloc char[48];
        var length = family == IPFamily.IPv4 ? FormatIPv4((uint)address, text) : FormatIPv6(address, text);
        return text[..length].ToString();
    }

    private static bool TryParseMask(ReadOnlySpan<char> text, IPFamily family, out UInt128 mask)
    {
        mask = 0;
        var bits = family == IPFamily.IPv4 ? 32u : 128u;
        if (Numbers.TryParse(text, bits, out var length))
        {
            mask = MaskedAddress.MaskOf(family, (int)length);
            return true;
        }
        return TryParse(text, out var maskFamily, out mask) && maskFamily == family;
    }

    private static bool TryParseIPv4(ReadOnlySpan<char> text, out uint address, out int octets)
    {
        address = 0;
        octets = 0;
        var i = 0;
        while (octets < 4)
        {
            var digits = 0;
            var octet = 0;
            while (i < text.Length && char.IsAsciiDigit(text[i]) && digits < 3)
            {
                octet = octet * 10 + text[i++] - '0';
                digits++;
            }
            if (digits == 0 || octet > 255)
            {
                return false;
            }
            address |= (uint)octet << (24 - 8 * octets++);
            if (i == text.Length)
            {
                return true;
            }
            if (text[i++] != '.')
            {
                return false;
            }
        }
        return false;
    }

    private static bool TryParseIPv6(ReadOnlySpan<char> text, out UInt128 address)
    {
        address = 0;
        if (text.Length > 45 || text.ContainsAnyExcept(_ipv6Characters) || !IPAddress.TryParse(text, out var parsed)
            || parsed.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return false;
        }
        Span<byte> octets = stackalloc byte[16];
        parsed.TryWriteBytes(octets, out _);
        address = UInt128.Read(octets);
        return true;
    }

    private static readonly SearchValues<char> _ipv6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    private static int FormatIPv4(uint address, Span<char> text)
    {
        var length = 0;
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            ((byte)(address >> shift)).TryFormat(text[length..], out var written, default, CultureInfo.InvariantCulture);
            length += written;
            if (shift > 0)
            {
                text[length++] = '.';
            }
        }
        return length;
    }

    private static int FormatIPv6(UInt128 address, Span<char> text)
    {
        var (best, run) = LongestZeros(address);
        var length = 0;
        for (var i = 0; i < 8; i++)
        {
            if (i == best)
            {
                text[length++] = ':';
                i += run - 1;
                if (i == 7)
                {
                    text[length++] = ':';
                }
                continue;
            }
            if (i > 0)
            {
                text[length++] = ':';
            }
            // ::1.2.3.4 and ::ffff:1.2.3.4 only
            if (i == 6 && best == 0 && (run == 6 || (run == 5 && Word(address, 5) == 0xffff)))
            {
                return length + FormatIPv4((uint)address, text[length..]);
            }
            Word(address, i).TryFormat(text[length..], out var written, "x", CultureInfo.InvariantCulture);
            length += written;
        }
        return length;
    }

    private static (int Start, int Length) LongestZeros(UInt128 address)
    {
        var (best, longest) = (-1, 1);
        for (var i = 0; i < 8; i++)
        {
            var run = 0;
            while (i + run < 8 && Word(address, i + run) == 0)
            {
                run++;
            }
            if (run > longest)
            {
                (best, longest) = (i, run);
            }
            i += run;
        }
        return (best, best < 0 ? 0 : longest);
    }

    private static ushort Word(UInt128 address, int index) => (ushort)(address >> (112 - 16 * index));
}
