namespace Plumbline.Linux.Capture;

/// <summary>How to capture.</summary>
public sealed record PacketCaptureOptions
{
    /// <summary>The device's name, in <see cref="Namespace"/>.</summary>
    public required string Device { get; init; }

    /// <summary>Null: the calling thread's.</summary>
    public NetworkNamespace? Namespace { get; init; }

    /// <summary>Bytes kept of each packet, 1 or more.</summary>
    public int SnapLength { get; init; } = 262_144;

    /// <summary>Ring size in bytes, rounded up to whole blocks.</summary>
    public int RingBytes { get; init; } = 16 << 20;

    /// <summary>
    /// tcpdump's filter syntax, compiled by libpcap for this device and run in the kernel; null: all packets.
    /// </summary>
    public string? Filter { get; init; }

    /// <summary>PACKET_IGNORE_OUTGOING: only what the device receives (a mirror's far end, say).</summary>
    public bool IncomingOnly { get; init; }

    /// <summary>
    /// The device may still be down: packets are kept from the moment it comes up (packet(7): a bound socket receives again when
    /// its device does). Otherwise a device that is down is an error.
    /// </summary>
    public bool AwaitUp { get; init; }

    /// <summary>
    /// PACKET_MR_PROMISC while the capture is open, as tcpdump does: without it a bridge device and a NIC show only
    /// what is addressed to the host. The kernel counts the requests and forgets ours with the socket.
    /// </summary>
    public bool Promiscuous { get; init; } = true;
}
