using System.Buffers.Binary;
using System.Net;

namespace Plumbline.Packets.Layers;

/// <summary>
/// RFC 8200 §3: 4 bits version, 8 traffic class, 20 flow label, 2 payload length, 1 next header, 1 hop limit, 16
/// source, 16 destination; and the extension headers behind it.
/// </summary>
internal readonly record struct IPv6Header(
    int PayloadLength, IpProtocol Next, int HopLimit, IPAddress Source, IPAddress Destination)
{
    public const int Length = 40;

    public static LayerState Read(ReadOnlySpan<byte> data, out IPv6Header header)
    {
        header = default;
        if (data.Length < Length)
        {
            return LayerState.CutShort;
        }
        header = new(
            BinaryPrimitives.ReadUInt16BigEndian(data[4..]),
            (IpProtocol)data[6],
            data[7],
            new IPAddress(data.Slice(8, 16)),
            new IPAddress(data.Slice(24, 16)));
        return data[0] >> 4 == 6 ? LayerState.Whole : LayerState.Malformed;
    }

    /// <summary>
    /// What follows header and extension headers, without Ethernet's padding.
    /// <paramref name="protocol"/> is what it is, <paramref name="fragmentOffset"/> where it belongs in its packet.
    /// </summary>
    /// <returns>CutShort where an extension header is not whole.</returns>
    public LayerState ReadPayload(
        ReadOnlySpan<byte> data,
        out IpProtocol protocol,
        out int fragmentOffset,
        out bool moreFragments,
        out ReadOnlySpan<byte> payload)
    {
        // a payload length of 0 is a jumbogram or a large segment on its way to the NIC
        payload = data[Length..(PayloadLength == 0 ? data.Length : Math.Min(Length + PayloadLength, data.Length))];
        protocol = Next;
        fragmentOffset = 0;
        moreFragments = false;
        while (protocol is IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.Fragment
            or IpProtocol.DestinationOptions or IpProtocol.Authentication)
        {
            if (payload.Length < 8)
            {
                return LayerState.CutShort;
            }
            var length = protocol switch
            {
                IpProtocol.Fragment => 8,
                IpProtocol.Authentication => 4 * (payload[1] + 2), // RFC 4302 §2.2
                _ => 8 * (payload[1] + 1),
            };
            if (payload.Length < length)
            {
                return LayerState.CutShort;
            }
            var isFragment = protocol == IpProtocol.Fragment;
            protocol = (IpProtocol)payload[0];
            if (isFragment)
            {
                var fragment = BinaryPrimitives.ReadUInt16BigEndian(payload[2..]);
                fragmentOffset = fragment & 0xFFF8;
                moreFragments = (fragment & 1) != 0;
            }
            payload = payload[length..];
            if (fragmentOffset > 0)
            {
                break;
            }
        }
        return LayerState.Whole;
    }
}
