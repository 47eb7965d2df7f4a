using System.Buffers.Binary;

namespace Plumbline.Packets.Layers;

/// <summary>
/// RFC 2784, RFC 2890: 1 bit checksum, 1 reserved, 1 key, 1 sequence, …, 3 bits version, 2 bytes type; then 4 bytes for
/// each bit that is set.
/// </summary>
internal readonly record struct GreHeader(int Length, EtherType Type, uint? Key, bool HasSequence)
{
    public const int MinLength = 4;

    public static LayerState Read(ReadOnlySpan<byte> data, out GreHeader header)
    {
        header = default;
        if (data.Length < MinLength)
        {
            return LayerState.CutShort;
        }
        var flags = BinaryPrimitives.ReadUInt16BigEndian(data);
        var keyAt = MinLength + ((flags & 0x8000) != 0 ? 4 : 0);
        var hasKey = (flags & 0x2000) != 0;
        var length = keyAt + (hasKey ? 4 : 0) + ((flags & 0x1000) != 0 ? 4 : 0);
        if (data.Length < length)
        {
            return LayerState.CutShort;
        }
        header = new(
            length,
            (EtherType)BinaryPrimitives.ReadUInt16BigEndian(data[2..]),
            hasKey ? BinaryPrimitives.ReadUInt32BigEndian(data[keyAt..]) : null,
            (flags & 0x1000) != 0);
        return (flags & 7) == 0 ? LayerState.Whole : LayerState.Malformed; // version 1 is PPTP's
    }
}
