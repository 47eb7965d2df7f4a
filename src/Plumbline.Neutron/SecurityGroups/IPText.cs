using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Plumbline.Neutron.SecurityGroups;

/// <summary>
/// Addresses as inet_ntop(3) prints them, which is what iptables and netaddr do. .NET differs: it writes an ISATAP address's last
/// half as IPv4.
/// </summary>
public static class IPText
{
    /// <summary>The text of an address, without scope.</summary>
    public static string Of(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address.ToString();
        }
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out _);
        Span<ushort> words = stackalloc ushort[8];
        for (var i = 0; i < 8; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt16BigEndian(octets[(2 * i)..]);
        }
        var (start, length) = LongestZeros(words);
        var text = new StringBuilder(40);
        for (var i = 0; i < 8; i++)
        {
            if (i == start)
            {
                text.Append("::");
                i += length - 1;
                continue;
            }
            if (i > 0 && i != start + length)
            {
                text.Append(':');
            }
            // ::a.b.c.d and ::ffff:a.b.c.d
            if (i == 6 && start == 0 && (length == 6 || (length == 5 && words[5] == 0xFFFF)))
            {
                return text.Append(new IPAddress(octets[12..])).ToString();
            }
            text.Append(words[i].ToString("x", null));
        }
        return text.ToString();
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
