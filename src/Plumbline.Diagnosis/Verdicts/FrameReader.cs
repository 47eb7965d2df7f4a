using System.Buffers.Binary;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Verdicts;

/// <summary>An Ethernet frame as rules see it.</summary>
public static class FrameReader
{
    /// <summary>Reads VLAN tags, IPv4 or IPv6 with extension headers, and the transport header.</summary>
    /// <param name="frame">From the Ethernet header on.</param>
    /// <param name="header">What was read.</param>
    /// <param name="why">Why not.</param>
    public static bool TryRead(ReadOnlySpan<byte> frame, out PacketHeader header, out string why)
    {
        header = default;
        why = "the frame is cut short";
        var at = 12;
        if (frame.Length < 14)
        {
            return false;
        }
        var type = BinaryPrimitives.ReadUInt16BigEndian(frame[at..]);
        while (type is 0x8100 or 0x88A8 && frame.Length >= at + 6)
        {
            at += 4;
            type = BinaryPrimitives.ReadUInt16BigEndian(frame[at..]);
        }
        var packet = frame[(at + 2)..];
        var read = type switch
        {
            0x0800 => ReadIPv4(packet, out header),
            0x86DD => ReadIPv6(packet, out header),
            _ => false,
        };
        if (type is not (0x0800 or 0x86DD))
        {
            why = type == 0x0806 ? "it is ARP, which iptables never sees" : $"EtherType 0x{type:x4}";
        }
        header = header with { DestinationMac = MacAddress.Read(frame), SourceMac = MacAddress.Read(frame[6..]) };
        return read;
    }

    private static bool ReadIPv4(ReadOnlySpan<byte> packet, out PacketHeader header)
    {
        header = default;
        if (packet.Length < 20 || packet[0] >> 4 != 4 || (packet[0] & 15) * 4 is var length && (length < 20 || packet.Length < length))
        {
            return false;
        }
        var fragment = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]);
        header = new()
        {
            Family = IPFamily.IPv4,
            TypeOfService = packet[1],
            Length = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]),
            FragmentOffset = (ushort)(fragment & 0x1FFF),
            MoreFragments = (fragment & 0x2000) != 0,
            HopLimit = packet[8],
            Protocol = packet[9],
            Source = BinaryPrimitives.ReadUInt32BigEndian(packet[12..]),
            Destination = BinaryPrimitives.ReadUInt32BigEndian(packet[16..]),
        };
        return ReadTransport(packet[length..], ref header);
    }

    private static bool ReadIPv6(ReadOnlySpan<byte> packet, out PacketHeader header)
    {
        header = default;
        if (packet.Length < 40 || packet[0] >> 4 != 6)
        {
            return false;
        }
        var rest = packet[40..];
        var next = packet[6];
        ushort offset = 0;
        var more = false;
        var hasAuthentication = false;
        while (next is 0 or 43 or 44 or 51 or 60 && rest.Length >= 8 && offset == 0)
        {
            var length = next == 44 ? 8 : next == 51 ? 4 * (rest[1] + 2) : 8 * (rest[1] + 1);
            if (next == 44)
            {
                offset = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) >> 3);
                more = (rest[3] & 1) != 0;
            }
            hasAuthentication |= next == 51;
            next = rest[0];
            if (rest.Length < length)
            {
                return false;
            }
            rest = rest[length..];
        }
        header = new()
        {
            Family = IPFamily.IPv6,
            TypeOfService = (byte)(packet[0] << 4 | packet[1] >> 4),
            FlowLabel = BinaryPrimitives.ReadUInt32BigEndian(packet) & 0xFFFFF,
            Length = (ushort)Math.Min(ushort.MaxValue, BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) + 40),
            FragmentOffset = offset,
            MoreFragments = more,
            HasAuthentication = hasAuthentication,
            HopLimit = packet[7],
            Protocol = next,
            Source = UInt128.Read(packet[8..]),
            Destination = UInt128.Read(packet[24..]),
        };
        return ReadTransport(rest, ref header);
    }

    private static bool ReadTransport(ReadOnlySpan<byte> data, ref PacketHeader header)
    {
        if (header.FragmentOffset > 0)
        {
            header = header with
            {
                Payload = header.Family == IPFamily.IPv4 && data.Length >= 14
                    ? new(BinaryPrimitives.ReadUInt16BigEndian(data), BinaryPrimitives.ReadUInt16BigEndian(data[2..]), data[13]) : null,
            };
            return true;
        }
        switch (header.Protocol)
        {
            case 6 or 17 or 33 or 132 or 136 when data.Length >= 4:
                header = header with
                {
                    SourcePort = BinaryPrimitives.ReadUInt16BigEndian(data),
                    DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(data[2..]),
                    TcpFlags = header.Protocol == 6 && data.Length >= 14 ? (TcpFlags)data[13] : TcpFlags.None,
                };
                return header.Protocol != 6 || data.Length >= 14;
            case 1 or 58 when data.Length >= 2:
                header = header with { IcmpType = data[0], IcmpCode = data[1] };
                return true;
            case 50 when data.Length >= 4:
                header = header with { SecurityParameterIndex = BinaryPrimitives.ReadUInt32BigEndian(data) };
                return true;
            case 1 or 6 or 17 or 33 or 50 or 58 or 132 or 136:
                return false;
            default:
                return true;
        }
    }
}
