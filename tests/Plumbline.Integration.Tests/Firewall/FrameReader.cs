using System.Buffers.Binary;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Primitives;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>Reads back what nat may have written: addresses, ports, an echo's identifier.</summary>
internal static class FrameReader
{
    /// <summary>Null where it is no IP packet, or a later fragment.</summary>
    public static (PacketHeader Header, ushort Identifier)? Read(ReadOnlySpan<byte> frame)
    {
        var ip = frame[FrameBuilder.EthernetLength..];
        var type = BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);
        PacketHeader header;
        int place;
        if (type == 0x0800)
        {
            if ((BinaryPrimitives.ReadUInt16BigEndian(ip[6..]) & 0x1FFF) != 0)
            {
                return null;
            }
            place = (ip[0] & 15) * 4;
            header = new()
            {
                Family = IPFamily.IPv4,
                Source = BinaryPrimitives.ReadUInt32BigEndian(ip[12..]),
                Destination = BinaryPrimitives.ReadUInt32BigEndian(ip[16..]),
                Protocol = ip[9],
                HopLimit = ip[8],
            };
        }
        else if (type == 0x86DD)
        {
            place = 40;
            var protocol = ip[6];
            while (protocol is 0 or 43 or 44 or 51 or 60)
            {
                if (protocol == 44 && (BinaryPrimitives.ReadUInt16BigEndian(ip[(place + 2)..]) & 0xFFF8) != 0)
                {
                    return null;
                }
                var length = protocol switch { 44 => 8, 51 => (ip[place + 1] + 2) * 4, _ => (ip[place + 1] + 1) * 8 };
                protocol = ip[place];
                place += length;
            }
            header = new()
            {
                Family = IPFamily.IPv6,
                Source = UInt128.Read(ip[8..24]),
                Destination = UInt128.Read(ip[24..40]),
                Protocol = protocol,
                HopLimit = ip[7],
            };
        }
        else
        {
            return null;
        }
        var transport = ip[place..];
        ushort identifier = 0;
        switch (header.Protocol)
        {
            case 6 or 17 or 33 or 132 or 136:
                header = header with
                {
                    SourcePort = BinaryPrimitives.ReadUInt16BigEndian(transport),
                    DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(transport[2..]),
                };
                break;
            case 1 or 58:
                header = header with { IcmpType = transport[0], IcmpCode = transport[1] };
                identifier = BinaryPrimitives.ReadUInt16BigEndian(transport[4..]);
                break;
        }
        return (header with { SourceMac = MacAddressAt(frame[6..]), DestinationMac = MacAddressAt(frame) }, identifier);
    }

    private static MacAddress MacAddressAt(ReadOnlySpan<byte> bytes) =>
        new((ulong)BinaryPrimitives.ReadUInt32BigEndian(bytes) << 16 | BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]));
}
