using System.Buffers.Binary;
using System.Numerics;

namespace Plumbline.Iptables.Simulation;

/// <summary>
/// Which address of a range nat takes: a hash of the packet's addresses without a secret, so the same on every boot
/// (nf_nat_core.c, find_best_ips_proto()). The hash is Bob Jenkins' lookup3 over 32-bit words, as linux/jhash.h starts it.
/// </summary>
internal static class NatChoice
{
    /// <param name="range">More than one address.</param>
    /// <param name="isDestination">The destination is rewritten.</param>
    /// <param name="isPersistent">--persistent.</param>
    /// <param name="source">Of the packet as it now is.</param>
    /// <param name="destination">Likewise.</param>
    /// <param name="zone">conntrack's.</param>
    public static UInt128 Choose(
        AddressRange range, bool isDestination, bool isPersistent, UInt128 source, UInt128 destination, int zone)
    {
        Span<uint> from = stackalloc uint[4];
        Span<uint> to = stackalloc uint[4];
        Span<uint> first = stackalloc uint[4];
        Span<uint> last = stackalloc uint[4];
        var words = range.Family == IPFamily.IPv4 ? 1 : 4;
        Split(source, words, from);
        Split(destination, words, to);
        Split(range.First, words, first);
        Split(range.Last, words, last);
        var hash = Hash(from, isPersistent ? 0 : InMemory(to[words - 1]) ^ (uint)zone);
        var result = isDestination ? to : from;
        var isWhole = false;
        for (var i = 0; i < words; i++)
        {
            var least = isWhole ? 0 : first[i];
            var count = isWhole ? uint.MaxValue : last[i] - first[i] + 1;
            result[i] = least + (uint)((ulong)hash * count >> 32);
            isWhole |= result[i] != last[i];
            hash ^= isPersistent ? 0 : InMemory(to[i]);
        }
        UInt128 chosen = 0;
        for (var i = 0; i < words; i++)
        {
            chosen = chosen << 32 | result[i];
        }
        return chosen;
    }

    private static void Split(UInt128 address, int words, Span<uint> into)
    {
        for (var i = words - 1; i >= 0; i--)
        {
            into[i] = (uint)address;
            address >>= 32;
        }
    }

    /// <summary>The kernel hashes addresses as they lie in memory.</summary>
    private static uint InMemory(uint word) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(word) : word;

    /// <summary>Of four words.</summary>
    private static uint Hash(ReadOnlySpan<uint> words, uint start)
    {
        uint a, b, c;
        a = b = c = 0xDEADBEEF + 16 + start;
        a += InMemory(words[0]);
        b += InMemory(words[1]);
        c += InMemory(words[2]);
        a = (a - c) ^ BitOperations.RotateLeft(c, 4);
        c += b;
        b = (b - a) ^ BitOperations.RotateLeft(a, 6);
        a += c;
        c = (c - b) ^ BitOperations.RotateLeft(b, 8);
        b += a;
        a = (a - c) ^ BitOperations.RotateLeft(c, 16);
        c += b;
        b = (b - a) ^ BitOperations.RotateLeft(a, 19);
        a += c;
        c = (c - b) ^ BitOperations.RotateLeft(b, 4);
        b += a;
        a += InMemory(words[3]);
        c = (c ^ b) - BitOperations.RotateLeft(b, 14);
        a = (a ^ c) - BitOperations.RotateLeft(c, 11);
        b = (b ^ a) - BitOperations.RotateLeft(a, 25);
        c = (c ^ b) - BitOperations.RotateLeft(b, 16);
        a = (a ^ c) - BitOperations.RotateLeft(c, 4);
        b = (b ^ a) - BitOperations.RotateLeft(a, 14);
        return (c ^ b) - BitOperations.RotateLeft(b, 24);
    }
}
