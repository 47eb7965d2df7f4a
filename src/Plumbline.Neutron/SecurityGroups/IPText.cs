using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace Plumbline.Neutron.SecurityGroups;

/// <summary>
/// Addresses as inet_ntop(3) prints them, which is what iptables and netaddr do. .NET differs: it writes an ISATAP address's last
/// half as IPv4.
/// </summary>
public static class IPText
{
    /// <summary>Characters of the longest address.</summary>
    public const int MaxLength = 45; // eight groups, the last two as IPv4: INET6_ADDRSTRLEN less the closing zero

    /// <summary>The text of an address, without scope.</summary>
    public static string Of(IPAddress address)
    {
        Span<char> text = stackalloc char[MaxLength];
        return new(text[..Write(address, text)]);
    }

    /// <summary>Writes the text of an address, without scope, into at least <see cref="MaxLength"/> characters.</summary>
    /// <returns>How many characters it has.</returns>
    public static int Write(IPAddress address, Span<char> text)
    {
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out var length);
        return Write(octets[..length], text);
    }

    /// <summary>As <see cref="Write(IPAddress, Span{char})"/>, of an address's 4 or 16 octets.</summary>
    internal static int Write(ReadOnlySpan<byte> octets, Span<char> text)
    {
        if (octets.Length == 4)
        {
            return WriteIPv4(octets, text);
        }
        Span<ushort> words = stackalloc ushort[8];
        for (var i = 0; i < 8; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt16BigEndian(octets[(2 * i)..]);
        }
        var (start, length) = LongestZeros(words);
        var at = 0;
        for (var i = 0; i < 8; i++)
        {
            if (i == start)
            {
                text[at++] = ':';
                text[at++] = ':';
                i += length - 1;
                continue;
            }
            if (i > 0 && i != start + length)
            {
                text[at++] = ':';
            }
            // ::a.b.c.d and ::ffff:a.b.c.d
            if (i == 6 && start == 0 && (length == 6 || (length == 5 && words[5] == 0xFFFF)))
            {
                return at + WriteIPv4(octets[12..], text[at..]);
            }
            words[i].TryFormat(text[at..], out var written, "x", CultureInfo.InvariantCulture);
            at += written;
        }
        return at;
    }

    private static int WriteIPv4(ReadOnlySpan<byte> octets, Span<char> text)
    {
        var at = 0;
        for (var i = 0; i < 4; i++)
        {
            if (i > 0)
            {
                text[at++] = '.';
            }
            octets[i].TryFormat(text[at..], out var written, default, CultureInfo.InvariantCulture);
            at += written;
        }
        return at;
    }

    private static (int Start, int Length) LongestZeros(ReadOnlySpan<ushort> words)
    {
        var (start, length) = (-2, 1); // one zero alone is written out
        for (var i = 0; i < 8;)
        {
            var end = i;
            while (end < 8 && words[end] == 0)
            {
                end++;
            }
            if (end - i > length)
            {
                (start, length) = (i, end - i);
            }
            i = end + 1;
        }
        return start < 0 ? (-2, 0) : (start, length);
    }
}
