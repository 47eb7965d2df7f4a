using System.Net;

namespace Plumbline.Packets.Pcapng;

/// <summary>
/// Writes pcapng (draft-ietf-opsawg-pcapng), little-endian, nanosecond timestamps, into any stream; buffers, so call
/// <see cref="Flush"/> before someone reads. Not thread-safe. The stream stays the caller's.
/// </summary>
public sealed partial class PcapngWriter
{
    /// <summary>Starts a section: SHB with hardware, OS, application and comment.</summary>
    public PcapngWriter(Stream stream, SectionOptions options) => throw new NotImplementedException();

    /// <summary>Bytes written so far.</summary>
    public long Length => throw new NotImplementedException();

    /// <summary>Adds an IDB.</summary>
    /// <returns>Its number, for <see cref="WritePacket"/>.</returns>
    public int AddInterface(InterfaceOptions options) => throw new NotImplementedException();

    /// <summary>Adds an NRB: names for addresses.</summary>
    public void WriteNames(IReadOnlyList<KeyValuePair<IPAddress, string>> names) => throw new NotImplementedException();

    /// <summary>Adds an EPB.</summary>
    public void WritePacket(
        int interfaceNumber,
        long timestampNanoseconds,
        ReadOnlySpan<byte> data,
        int originalLength,
        PacketDirection direction = PacketDirection.Unknown,
        string? comment = null) => throw new NotImplementedException();

    /// <summary>Adds an ISB.</summary>
    public void WriteStatistics(int interfaceNumber, InterfaceStatistics statistics) => throw new NotImplementedException();

    /// <summary>Hands everything to the stream and flushes it.</summary>
    public void Flush() => throw new NotImplementedException();
}

/// <summary>Options of a Section Header Block.</summary>
public sealed record SectionOptions
{
    /// <summary>shb_hardware.</summary>
    public string? Hardware { get; init; }

    /// <summary>shb_os.</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>shb_userappl.</summary>
    public string? Application { get; init; }

    /// <summary>opt_comment.</summary>
    public string? Comment { get; init; }
}

/// <summary>Options of an Interface Description Block (Ethernet).</summary>
public sealed record InterfaceOptions
{
    /// <summary>if_name: the hop as an operator names it, e.g. <c>test-vm tap</c>.</summary>
    public required string Name { get; init; }

    /// <summary>if_description.</summary>
    public string? Description { get; init; }

    /// <summary>if_filter, kind 0 (a capture filter string).</summary>
    public string? Filter { get; init; }

    /// <summary>Bytes kept of each packet; 0 no limit.</summary>
    public int SnapLength { get; init; }

    /// <summary>if_MACaddr.</summary>
    public Primitives.MacAddress? Address { get; init; }
}

/// <summary>Direction bits of epb_flags.</summary>
public enum PacketDirection
{
    /// <summary>Not told.</summary>
    Unknown = 0,

    /// <summary>Received by the device.</summary>
    Inbound = 1,

    /// <summary>Sent through the device.</summary>
    Outbound = 2,
}

/// <summary>Options of an Interface Statistics Block; null is left out.</summary>
public sealed record InterfaceStatistics
{
    /// <summary>isb_starttime, nanoseconds since 1970 UTC.</summary>
    public long? StartNanoseconds { get; init; }

    /// <summary>isb_endtime, and the block's own timestamp.</summary>
    public required long EndNanoseconds { get; init; }

    /// <summary>isb_ifrecv: packets that reached the device.</summary>
    public ulong? Received { get; init; }

    /// <summary>isb_ifdrop: dropped for want of room.</summary>
    public ulong? Dropped { get; init; }

    /// <summary>isb_filteraccept.</summary>
    public ulong? FilterAccepted { get; init; }

    /// <summary>isb_usrdeliv: written.</summary>
    public ulong? Delivered { get; init; }

    /// <summary>opt_comment.</summary>
    public string? Comment { get; init; }
}
