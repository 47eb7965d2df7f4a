using System.Buffers.Binary;

namespace Plumbline.Packets.Layers;

/// <summary>
/// RFC 9293 §3.1: 2 source port, 2 destination port, 4 sequence, 4 acknowledgement, 4 bits offset in words, flags, 2
/// window …
/// </summary>
internal readonly record struct TcpHeader(
    int SourcePort, int DestinationPort, uint Sequence, uint Acknowledgement, int HeaderLength,
    TcpFlags Flags, int Window)
{
    public const int MinLength = 20;

    public static LayerState Read(ReadOnlySpan<byte> data, out TcpHeader header)
    {
        header = default;
        if (data.Length < MinLength)
        {
            return LayerState.CutShort;
        }
        header = new(
            BinaryPrimitives.ReadUInt16BigEndian(data),
            BinaryPrimitives.ReadUInt16BigEndian(data[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(data[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(data[8..]),
            (data[12] >> 4) * 4,
            (TcpFlags)data[13],
            BinaryPrimitives.ReadUInt16BigEndian(data[14..]));
        return header.HeaderLength < MinLength ? LayerState.Malformed : LayerState.Whole;
    }
}
