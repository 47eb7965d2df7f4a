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
    /// Size of a ring's block in bytes, a power of two that holds the largest packet. Not larger than it need be, since at low rates each
    /// retired block carries few packets: the number of blocks times <see cref="RetireMilliseconds"/> is how long a reader may stall.
    /// </summary>
    public int BlockBytes { get; init; } = 1 << 18;

    /// <summary>
    /// How long the kernel keeps a block that is not full, in milliseconds: the delay with which live output follows, and with which
    /// several captures are merged.
    /// </summary>
    public int RetireMilliseconds { get; init; } = 40;

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
