using System.Buffers.Binary;

namespace Plumbline.Packets.Layers;

/// <summary>RFC 768: 2 source port, 2 destination port, 2 length with this header, 2 checksum.</summary>
internal readonly record struct UdpHeader(int SourcePort, int DestinationPort, int TotalLength)
{
    public const int Length = 8;

    public static bool TryRead(ReadOnlySpan<byte> data, out UdpHeader header)
    {
        header = default;
        if (data.Length < Length)
        {
            return false;
        }
        header = new(
            BinaryPrimitives.ReadUInt16BigEndian(data),
            BinaryPrimitives.ReadUInt16BigEndian(data[2..]),
            BinaryPrimitives.ReadUInt16BigEndian(data[4..]));
        return true;
    }
}
