using System.Buffers.Binary;

namespace Plumbline.Packets.Timing;

/// <summary>A hash of 64 bits that is the same in every run: two packets of a million collide once in 37 million captures.</summary>
internal static class Hash64
{
    public static ulong Mix(ulong hash, ulong value)
    {
        hash = (hash ^ value) * 0x9E37_79B9_7F4A_7C15UL;
        hash = (hash ^ (hash >> 32)) * 0xD6E8_FEB8_6659_FD93UL;
        return hash ^ (hash >> 29);
    }

    public static ulong Mix(ulong hash, ReadOnlySpan<byte> data)
    {
        while (data.Length >= 8)
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[8..];
        }
        if (data.IsEmpty)
        {
            return hash;
        }
        var last = (ulong)data.Length << 56;
        for (var i = 0; i < data.Length; i++)
        {
            last |= (ulong)data[i] << (8 * i);
        }
        return Mix(hash, last);
    }
}
