using System.Buffers.Binary;

namespace Plumbline.Packets.Layers;

/// <summary>
/// RFC 8926 §3.4: 2 bits version, 6 bits options' length in words, 1 flags, 2 type, 3 VNI, 1 reserved, options.
/// </summary>
internal readonly record struct GeneveHeader(int Length, EtherType Type, int NetworkId)
{
    public const int MinLength = 8;
    public const int Port = 6081;

    public static bool TryRead(ReadOnlySpan<byte> data, out GeneveHeader header)
    {
        header = default;
        if (data.Length < MinLength || data[0] >> 6 != 0)
        {
            return false;
        }
        header = new(
            MinLength + (data[0] & 0x3F) * 4,
            (EtherType)BinaryPrimitives.ReadUInt16BigEndian(data[2..]),
            (int)(BinaryPrimitives.ReadUInt32BigEndian(data[4..]) >> 8));
        return data.Length >= header.Length;
    }
}
