using System.Runtime.InteropServices;

namespace Plumbline.Linux.Netlink;

public sealed partial record LinkStatistics
{
    /// <summary>
    /// Reads the first eight counters of <c>struct rtnl_link_stats64</c>: rx_packets, tx_packets, rx_bytes, tx_bytes, rx_errors,
    /// tx_errors, rx_dropped, tx_dropped, each a u64.
    /// </summary>
    /// <exception cref="InvalidDataException">The attribute is shorter.</exception>
    internal static LinkStatistics Parse(ReadOnlySpan<byte> stats)
    {
        const int Counters = 8;
        if (stats.Length < Counters * sizeof(ulong))
        {
            throw new InvalidDataException($"IFLA_STATS64 has {stats.Length} bytes, {Counters * sizeof(ulong)} are needed");
        }
        Span<ulong> counters = stackalloc ulong[Counters];
        stats[..(Counters * sizeof(ulong))].CopyTo(MemoryMarshal.AsBytes(counters)); // the attribute is aligned to 4, not 8
        return new()
        {
            ReceivedPackets = counters[0],
            SentPackets = counters[1],
            ReceivedBytes = counters[2],
            SentBytes = counters[3],
            ReceiveErrors = counters[4],
            SendErrors = counters[5],
            ReceiveDropped = counters[6],
            SendDropped = counters[7],
        };
    }
}
