using System.Buffers.Binary;
using System.Net;
using Plumbline.Integration.Tests.Firewall;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Primitives;

namespace Plumbline.Integration.Tests.Tracing.Packets;

/// <summary>ARP (RFC 826) and neighbour discovery (RFC 4861): questions to send, answers to read.</summary>
internal static class NeighbourFrames
{
    public static byte[] ArpRequest(MacAddress mac, IPAddress from, IPAddress target)
    {
        var frame = new byte[42];
        MacAddress.Broadcast.CopyTo(frame);
        mac.CopyTo(frame.AsSpan(6));
        ((ReadOnlySpan<byte>)[0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, 1]).CopyTo(frame.AsSpan(12));
        mac.CopyTo(frame.AsSpan(22));
        from.GetAddressBytes().CopyTo(frame, 28);
        target.GetAddressBytes().CopyTo(frame, 38);
        return frame;
    }

    public static byte[] Solicitation(MacAddress mac, IPAddress from, IPAddress target)
    {
        var asked = target.GetAddressBytes();
        var group = new byte[] { 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, asked[13], asked[14], asked[15] };
        var body = new byte[24];
        asked.CopyTo(body, 0);
        (body[16], body[17]) = (1, 1);  // source link-layer address
        mac.CopyTo(body.AsSpan(18));
        var header = new PacketHeader
        {
            Family = IPFamily.IPv6,
            Source = Number128.Read(from.GetAddressBytes()),
            Destination = Number128.Read(group),
            Protocol = 58,
            IcmpType = 135,
            SourceMac = mac,
            DestinationMac = new(0x3333_ff00_0000 | (ulong)asked[13] << 16 | (ulong)asked[14] << 8 | asked[15]),
            HopLimit = 255,
            Length = 72,
        };
        return FrameBuilder.Build(in header, new(0, Inner: body));
    }

    /// <summary>The answer of a host to an ARP question for an address that it has; null where the frame is no such question.</summary>
    public static byte[]? ArpAnswer(ReadOnlySpan<byte> frame, MacAddress mac, IPAddress own)
    {
        var octets = own.GetAddressBytes();
        if (frame.Length < 42 || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != 0x0806 || frame[21] != 1 || !frame[38..42].SequenceEqual(octets))
        {
            return null;
        }
        var answer = ArpRequest(mac, own, new(frame[28..32]));
        answer[21] = 2;
        frame[22..28].CopyTo(answer);
        frame[22..28].CopyTo(answer.AsSpan(32));
        return answer;
    }

    /// <summary>The MAC that an answer tells an asker of an address; null where the frame is none.</summary>
    public static MacAddress? Told(ReadOnlySpan<byte> frame, IPAddress address, IPAddress asker)
    {
        var octets = address.GetAddressBytes();
        var type = BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);
        if (type == 0x0806 && octets.Length == 4 && frame.Length >= 42 && frame[21] == 2 && frame[28..32].SequenceEqual(octets)
            && frame[38..42].SequenceEqual(asker.GetAddressBytes()))
        {
            return Mac(frame[22..]);
        }
        // an advertisement has the MAC in an option; it is the sender's own here
        return type == 0x86dd && octets.Length == 16 && frame.Length >= 78 && frame[20] == 58 && frame[54] == 136
            && frame[62..78].SequenceEqual(octets) ? Mac(frame[6..]) : null;
    }

    /// <summary>The piece of an IPv4 packet with this identification.</summary>
    public static bool IsFragment(ReadOnlySpan<byte> frame, ushort identification, bool isLater) => frame.Length > 34
        && BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) == 0x0800 && BinaryPrimitives.ReadUInt16BigEndian(frame[18..]) == identification
        && (BinaryPrimitives.ReadUInt16BigEndian(frame[20..]) & 0x3fff) is var bits && (isLater ? (bits & 0x1fff) != 0 : bits == 0x2000);

    /// <summary>The MAC of a multicast group or of everybody.</summary>
    public static MacAddress GroupMac(IPAddress group)
    {
        var octets = group.GetAddressBytes();
        return octets.Length == 16 ? new(0x3333_0000_0000UL | BinaryPrimitives.ReadUInt32BigEndian(octets.AsSpan(12)))
            : octets[0] is >= 224 and <= 239 ? new(0x0100_5e00_0000UL | BinaryPrimitives.ReadUInt32BigEndian(octets) & 0x7f_ffff) : MacAddress.Broadcast;
    }

    private static MacAddress Mac(ReadOnlySpan<byte> octets) =>
        new((ulong)BinaryPrimitives.ReadUInt32BigEndian(octets) << 16 | BinaryPrimitives.ReadUInt16BigEndian(octets[4..]));
}
