using System.Net;

namespace Plumbline.Packets.Pcapng;

/// <summary>Reads pcapng and classic pcap, both byte orders, any timestamp resolution, block by block. A cut-off end is told, not thrown.</summary>
public sealed partial class PcapngReader
{
    /// <summary>Starts reading.</summary>
    /// <exception cref="PacketsException">It is no capture file.</exception>
    public PcapngReader(Stream stream, string name) => throw new NotImplementedException();

    /// <summary>Interfaces seen so far.</summary>
    public IReadOnlyList<CapturedInterface> Interfaces => throw new NotImplementedException();

    /// <summary>Names of the NRBs seen so far.</summary>
    public IReadOnlyDictionary<IPAddress, string> Names => throw new NotImplementedException();

    /// <summary>The file ends inside a block.</summary>
    public bool IsTruncated => throw new NotImplementedException();

    /// <summary>Moves to the next packet; null at the end.</summary>
    public RecordedPacket? ReadPacket() => throw new NotImplementedException();
}

/// <summary>An interface of a capture file.</summary>
public sealed record CapturedInterface
{
    /// <summary>Its number in the section, from 0.</summary>
    public required int Number { get; init; }

    /// <summary>LINKTYPE_: 1 Ethernet.</summary>
    public required int LinkType { get; init; }

    /// <summary>if_name.</summary>
    public string? Name { get; init; }

    /// <summary>if_description.</summary>
    public string? Description { get; init; }

    /// <summary>if_filter's text.</summary>
    public string? Filter { get; init; }

    /// <summary>Snap length, 0 no limit.</summary>
    public int SnapLength { get; init; }

    /// <summary>From an ISB, once read.</summary>
    public InterfaceStatistics? Statistics { get; init; }
}

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
