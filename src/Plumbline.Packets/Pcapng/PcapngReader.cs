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
