using System.Buffers.Binary;
using System.Net;

namespace Plumbline.Packets.Layers;

/// <summary>
/// RFC 791 §3.1: 4 bits version, 4 bits header length in words, 1 service, 2 total length, 2 id, 3 bits flags, 13 bits
/// fragment offset in 8 bytes, 1 TTL, 1 protocol, 2 checksum, 4 source, 4 destination, options.
/// </summary>
internal readonly record struct IPv4Header(
    int HeaderLength,
    int TotalLength,
    int FragmentOffset,
    bool MoreFragments,
    int Ttl,
    IpProtocol Protocol,
    IPAddress Source,
    IPAddress Destination)
{
    public const int MinLength = 20;

    /// <summary>A piece that does not start with the transport header.</summary>
    public bool IsLaterFragment => FragmentOffset > 0;

    public static LayerState Read(ReadOnlySpan<byte> data, out IPv4Header header)
    {
        header = default;
        if (data.Length < MinLength)
        {
            return LayerState.CutShort;
        }
        var fragment = BinaryPrimitives.ReadUInt16BigEndian(data[6..]);
        header = new(
            (data[0] & 0xF) * 4,
            BinaryPrimitives.ReadUInt16BigEndian(data[2..]),
            (fragment & 0x1FFF) * 8,
            (fragment & 0x2000) != 0,
            data[8],
            (IpProtocol)data[9],
            new IPAddress(data.Slice(12, 4)),
            new IPAddress(data.Slice(16, 4)));
        // a total length of 0 is a segment of more than 64 KiB on its way to the NIC (TSO)
        return data[0] >> 4 != 4 || header.HeaderLength < MinLength
            || header.TotalLength is > 0 && header.TotalLength < header.HeaderLength
            ? LayerState.Malformed
            : data.Length < header.HeaderLength ? LayerState.CutShort : LayerState.Whole;
    }

    /// <summary>What follows the header, without Ethernet's padding.</summary>
    public ReadOnlySpan<byte> PayloadOf(ReadOnlySpan<byte> data)
    {
        var end = TotalLength == 0 ? data.Length : Math.Min(TotalLength, data.Length);
        return data[HeaderLength..Math.Max(end, HeaderLength)];
    }
}
