using System.Buffers.Binary;

namespace Plumbline.Packets.Layers;

/// <summary>
/// IEEE 802.1Q, behind its own type: 3 bits priority, 1 drop eligible, 12 VLAN; 2 bytes type of what follows.
/// </summary>
internal readonly record struct VlanTag(int Id, int Priority, EtherType Type)
{
    public const int Length = 4;

    /// <summary>The type announces a tag.</summary>
    public static bool IsAnnouncedBy(EtherType type) =>
        type is EtherType.Vlan or EtherType.ProviderVlan or EtherType.OldProviderVlan;

    public static bool TryRead(ReadOnlySpan<byte> data, out VlanTag tag)
    {
        tag = default;
        if (data.Length < Length)
        {
            return false;
        }
        var control = BinaryPrimitives.ReadUInt16BigEndian(data);
        tag = new(control & 0xFFF, control >> 13, (EtherType)BinaryPrimitives.ReadUInt16BigEndian(data[2..]));
        return true;
    }
}
