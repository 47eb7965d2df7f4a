using System.Buffers.Binary;

namespace Plumbline.Packets.Layers;

/// <summary>
/// RFC 7348 §5: 1 flags (0x08: the VNI counts), 3 reserved, 3 VNI, 1 reserved; then an Ethernet frame.
/// </summary>
internal readonly record struct VxlanHeader(int NetworkId)
{
    public const int Length = 8;
    public const int Port = 4789;

    /// <summary>What Linux took before the RFC, and still takes where nobody says otherwise.</summary>
    public const int OldPort = 8472;

    public static bool TryRead(ReadOnlySpan<byte> data, out VxlanHeader header)
    {
        header = default;
        if (data.Length < Length || (data[0] & 0x08) == 0)
        {
            return false;
        }
        header = new((int)(BinaryPrimitives.ReadUInt32BigEndian(data[4..]) >> 8));
        return true;
    }
}
