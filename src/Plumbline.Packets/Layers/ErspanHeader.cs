using System.Buffers.Binary;

namespace Plumbline.Packets.Layers;

/// <summary>
/// draft-foschiano-erspan: behind GRE type 88BE with a sequence number, 4 bits version 1, 12 VLAN, 3 class of service, 2 encapsulation, 1
/// truncated, 10 session, 12 reserved, 20 index (type II); without a sequence number there is no header (type I). GRE type 22EB: version 2,
/// the same first word, 4 timestamp, 2 security group, 2 flags of which the lowest announces 8 more bytes (type III).
/// </summary>
internal readonly record struct ErspanHeader(int Length, int Version, int Vlan, int Session)
{
    public static bool TryRead(ReadOnlySpan<byte> data, in GreHeader gre, out ErspanHeader header)
    {
        header = default;
        if (gre.Type == EtherType.Erspan && !gre.HasSequence)
        {
            return true;
        }
        var length = gre.Type == EtherType.Erspan ? 8 : 12;
        if (data.Length < length)
        {
            return false;
        }
        if (length == 12 && (data[11] & 1) != 0)
        {
            length += 8;
        }
        header = new(
            length,
            data[0] >> 4,
            BinaryPrimitives.ReadUInt16BigEndian(data) & 0xFFF,
            BinaryPrimitives.ReadUInt16BigEndian(data[2..]) & 0x3FF);
        return data.Length >= length;
    }
}
