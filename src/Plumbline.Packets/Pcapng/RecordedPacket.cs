namespace Plumbline.Packets.Pcapng;

/// <summary>A packet of a capture file.</summary>
public sealed record RecordedPacket
{
    /// <summary>The section it stands in, from 0.</summary>
    public int Section { get; init; }

    /// <summary>The interface's number in its section.</summary>
    public required int InterfaceNumber { get; init; }

    /// <summary>
    /// Nanoseconds since 1970 UTC; null for a simple packet block, and for a time that 64 bits of nanoseconds cannot
    /// hold.
    /// </summary>
    public long? TimestampNanoseconds { get; init; }

    /// <summary>The bytes kept: a copy, the receiver's own.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Bytes on the wire.</summary>
    public required int OriginalLength { get; init; }

    /// <summary>From epb_flags.</summary>
    public PacketDirection Direction { get; init; }

    /// <summary>opt_comment, as it came.</summary>
    public string? Comment { get; init; }
}
