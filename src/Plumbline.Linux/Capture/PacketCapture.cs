namespace Plumbline.Linux.Capture;

/// <summary>
/// An AF_PACKET socket with a TPACKET_V3 receive ring (packet(7), Documentation/networking/packet_mmap.rst) on one device.
/// One thread reads; <see cref="Stop"/> may be called from any.
/// </summary>
public sealed partial class PacketCapture : IDisposable
{
    /// <summary>Opens the ring; packets arriving from now on are kept.</summary>
    /// <exception cref="LinuxException">No such device, it is down, no permission, or the ring did not fit into memory.</exception>
    public static PacketCapture Open(PacketCaptureOptions options) => throw new NotImplementedException();

    /// <summary>
    /// Waits up to <paramref name="timeout"/> for packets and hands each to <paramref name="handler"/>, oldest first. The bytes are
    /// the ring's and are valid only during the call. A VLAN tag that the kernel took off is put back.
    /// </summary>
    /// <returns>Packets handed over; 0 on timeout. After <see cref="Stop"/>: what was left in the ring, then -1.</returns>
    /// <exception cref="LinuxException">The device went away (ENETDOWN, ENODEV).</exception>
    public int Read(TimeSpan timeout, PacketHandler handler) => throw new NotImplementedException();

    /// <summary>No packet is accepted any more; <see cref="Read"/> returns what is still in the ring, partly filled blocks included.</summary>
    public void Stop() => throw new NotImplementedException();

    /// <summary>PACKET_STATISTICS since the start: seen by the filter, and dropped because the ring was full.</summary>
    public PacketCaptureStatistics ReadStatistics() => throw new NotImplementedException();

    /// <summary>Closes socket and ring.</summary>
    public void Dispose() => throw new NotImplementedException();
}

/// <summary>Takes one packet from the ring.</summary>
/// <param name="packet">Where it came from and when.</param>
/// <param name="data">Its bytes from the Ethernet header on, cut to the snap length; valid only during the call.</param>
public delegate void PacketHandler(in CapturedPacket packet, ReadOnlySpan<byte> data);

/// <summary>Meta data of a captured packet.</summary>
/// <param name="TimestampNanoseconds">Nanoseconds since 1970-01-01 UTC.</param>
/// <param name="OriginalLength">Bytes on the wire, VLAN tag included.</param>
/// <param name="PacketType">PACKET_HOST 0, BROADCAST 1, MULTICAST 2, OTHERHOST 3, OUTGOING 4 (packet(7)).</param>
public readonly record struct CapturedPacket(long TimestampNanoseconds, int OriginalLength, int PacketType)
{
    /// <summary>The host sent it through this device.</summary>
    public bool IsOutgoing => PacketType == 4;
}

/// <summary>How to capture.</summary>
public sealed record PacketCaptureOptions
{
    /// <summary>The device's name, in <see cref="Namespace"/>.</summary>
    public required string Device { get; init; }

    /// <summary>Null: the calling thread's.</summary>
    public NetworkNamespace? Namespace { get; init; }

    /// <summary>Bytes kept of each packet.</summary>
    public int SnapLength { get; init; } = 262_144;

    /// <summary>Ring size in bytes, rounded up to whole blocks.</summary>
    public int RingBytes { get; init; } = 16 << 20;

    /// <summary>tcpdump's filter syntax, compiled by libpcap for this device and run in the kernel; null: all packets.</summary>
    public string? Filter { get; init; }

    /// <summary>PACKET_IGNORE_OUTGOING: only what the device receives (a mirror's far end, say).</summary>
    public bool IncomingOnly { get; init; }
}

/// <summary>PACKET_STATISTICS, summed since the start.</summary>
/// <param name="Received">Packets that passed the filter, dropped ones included.</param>
/// <param name="Dropped">Of those, dropped because the ring was full.</param>
public readonly record struct PacketCaptureStatistics(ulong Received, ulong Dropped);
