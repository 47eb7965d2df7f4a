namespace Plumbline.Linux.Capture;

/// <summary>Meta data of a captured packet.</summary>
/// <param name="TimestampNanoseconds">Nanoseconds since 1970-01-01 UTC.</param>
/// <param name="OriginalLength">Bytes on the wire, VLAN tag included.</param>
/// <param name="PacketType">PACKET_HOST 0, BROADCAST 1, MULTICAST 2, OTHERHOST 3, OUTGOING 4 (packet(7)).</param>
public readonly record struct CapturedPacket(long TimestampNanoseconds, int OriginalLength, int PacketType)
{
    /// <summary>The host sent it through this device.</summary>
    public bool IsOutgoing => PacketType == 4;
}
