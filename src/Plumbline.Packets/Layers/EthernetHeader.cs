using System.Buffers.Binary;
using Plumbline.Primitives;

namespace Plumbline.Packets.Layers;

/// <summary>IEEE 802.3: 6 destination, 6 source, 2 type.</summary>
internal readonly record struct EthernetHeader(MacAddress Destination, MacAddress Source, EtherType Type)
{
    public const int Length = 14;

    public static bool TryRead(ReadOnlySpan<byte> frame, out EthernetHeader header)
    {
        header = default;
        if (frame.Length < Length)
        {
            return false;
        }
        header = new(
            MacAddress.Read(frame),
            MacAddress.Read(frame[6..]),
            (EtherType)BinaryPrimitives.ReadUInt16BigEndian(frame[12..]));
        return true;
    }
}
