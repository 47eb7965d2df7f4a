namespace Plumbline.Packets.Pcapng;

/// <summary>A packet of a capture file.</summary>
public sealed record RecordedPacket
{
    /// <summary>The interface's number in its section.</summary>
    public required int InterfaceNumber { get; init; }

    /// <summary>Nanoseconds since 1970 UTC; null for a simple packet block.</summary>
    public long? TimestampNanoseconds { get; init; }

    /// <summary>The bytes kept.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Bytes on the wire.</summary>
    public required int OriginalLength { get; init; }

    /// <summary>From epb_flags.</summary>
    public PacketDirection Direction { get; init; }

    /// <summary>opt_comment.</summary>
    public string? Comment { get; init; }
}
