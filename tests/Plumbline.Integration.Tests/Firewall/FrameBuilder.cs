using System.Buffers.Binary;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Primitives;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>Makes the frame of a packet, checksums and all.</summary>
internal static class FrameBuilder
{
    public const int EthernetLength = 14;

    /// <summary>The least that a packet of this kind takes, from the IP header on.</summary>
    public static int LeastLength(in PacketHeader packet) => HeaderLength(packet.Family) + packet.Protocol switch
    {
        6 => 20,
        33 => 16,
        132 => 12,
        _ => 16,
    };

    /// <summary>The whole frame. <see cref="PacketHeader.Length"/> is the IP packet's, unfragmented.</summary>
    public static byte[] Build(in PacketHeader packet, in Details details)
    {
        var frame = new byte[EthernetLength + packet.Length];
        WriteEthernet(frame, in packet);
        var header = HeaderLength(packet.Family) + LengthOf(details.Extensions);
        WriteIP(frame.AsSpan(EthernetLength), in packet, in details);
        WriteExtensions(frame.AsSpan(EthernetLength), packet.Protocol, details.Extensions ?? []);
        var transport = frame.AsSpan(EthernetLength + header);
        if (packet.Protocol is 6 or 17 or 136 || packet.Protocol is 1 or 58 && details.Inner is null)
        {
            // a later fragment's payload is looked at, too
            var place = LeastLength(in packet) - HeaderLength(packet.Family);
            new Random((int)details.Sequence ^ details.Identification).NextBytes(transport[place..]);
        }
        WriteTransport(transport, in packet, in details);
        return frame;
    }

    /// <summary>The packet in two fragments; the first carries <paramref name="firstLength"/> bytes of payload, a multiple of 8.</summary>
    public static (byte[] First, byte[] Second) BuildFragments(in PacketHeader packet, in Details details, int firstLength)
    {
        var whole = Build(in packet, in details);
        var header = HeaderLength(packet.Family);
        var payload = whole.AsSpan(EthernetLength + header);
        return (Fragment(in packet, in details, payload[..firstLength], 0, true),
            Fragment(in packet, in details, payload[firstLength..], firstLength / 8, false));
    }

    private static byte[] Fragment(in PacketHeader packet, in Details details, ReadOnlySpan<byte> payload, int offset, bool more)
    {
        if (packet.Family == IPFamily.IPv4)
        {
            var part = packet with { Length = (ushort)(20 + payload.Length), FragmentOffset = (ushort)offset, MoreFragments = more };
            var frame = new byte[EthernetLength + part.Length];
            WriteEthernet(frame, in part);
            WriteIP(frame.AsSpan(EthernetLength), in part, in details);
            payload.CopyTo(frame.AsSpan(EthernetLength + 20));
            return frame;
        }
        var six = new byte[EthernetLength + 48 + payload.Length];
        WriteEthernet(six, in packet);
        WriteIP(six.AsSpan(EthernetLength), packet with { Length = (ushort)(48 + payload.Length), Protocol = 44 }, in details);
        var extension = six.AsSpan(EthernetLength + 40, 8);
        extension[0] = packet.Protocol;
        BinaryPrimitives.WriteUInt16BigEndian(extension[2..], (ushort)(offset << 3 | (more ? 1 : 0)));
        BinaryPrimitives.WriteUInt32BigEndian(extension[4..], details.Identification);
        payload.CopyTo(six.AsSpan(EthernetLength + 48));
        return six;
    }

    /// <summary>Bytes that extension headers of IPv6 take.</summary>
    public static int LengthOf(byte[]? extensions)
    {
        var length = 0;
        foreach (var extension in extensions ?? [])
        {
            length += extension == 51 ? 16 : 8;
        }
        return length;
    }

    private static void WriteExtensions(Span<byte> ip, byte protocol, byte[] extensions)
    {
        var place = 40;
        for (var i = 0; i < extensions.Length; i++)
        {
            ip[i == 0 ? 6 : place - (extensions[i - 1] == 51 ? 16 : 8)] = extensions[i];
            ip[place] = i + 1 < extensions.Length ? extensions[i + 1] : protocol;
            switch (extensions[i])
            {
                case 51:
                    ip[place + 1] = 2;
                    ip[place + 7] = 99;
                    place += 16;
                    continue;
                case 43:
                    ip[place + 2] = 2;
                    break;
                default:
                    (ip[place + 2], ip[place + 3]) = (1, 4); // PadN
                    break;
            }
            place += 8;
        }
    }

    private static int HeaderLength(IPFamily family) => family == IPFamily.IPv4 ? 20 : 40;

    private static void WriteEthernet(Span<byte> frame, in PacketHeader packet)
    {
        (packet.DestinationMac ?? MacAddress.Broadcast).CopyTo(frame);
        (packet.SourceMac ?? default).CopyTo(frame[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], (ushort)(packet.Family == IPFamily.IPv4 ? 0x0800 : 0x86DD));
    }

    /// <summary>The IP header alone.</summary>
    private static void WriteIP(Span<byte> ip, in PacketHeader packet, in Details details)
    {
        if (packet.Family == IPFamily.IPv4)
        {
            ip[0] = 0x45;
            ip[1] = packet.TypeOfService;
            BinaryPrimitives.WriteUInt16BigEndian(ip[2..], packet.Length);
            BinaryPrimitives.WriteUInt16BigEndian(ip[4..], details.Identification);
            BinaryPrimitives.WriteUInt16BigEndian(ip[6..], (ushort)(packet.FragmentOffset | (packet.MoreFragments ? 0x2000 : 0)));
            ip[8] = packet.HopLimit;
            ip[9] = packet.Protocol;
            BinaryPrimitives.WriteUInt32BigEndian(ip[12..], (uint)packet.Source);
            BinaryPrimitives.WriteUInt32BigEndian(ip[16..], (uint)packet.Destination);
            BinaryPrimitives.WriteUInt16BigEndian(ip[10..], Finish(Sum(ip[..20], 0)));
            return;
        }
        ip[0] = (byte)(0x60 | packet.TypeOfService >> 4);
        ip[1] = (byte)(packet.TypeOfService << 4);
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)(packet.Length - 40));
        ip[6] = packet.Protocol;
        ip[7] = packet.HopLimit;
        packet.Source.Write(ip[8..]);
        packet.Destination.Write(ip[24..]);
    }

    private static void WriteTransport(Span<byte> data, in PacketHeader packet, in Details details)
    {
        var isIcmp = packet.Protocol == (packet.Family == IPFamily.IPv4 ? 1 : 58);
        if (isIcmp)
        {
            data[0] = packet.IcmpType;
            data[1] = packet.IcmpCode;
            BinaryPrimitives.WriteUInt16BigEndian(data[4..], details.IcmpIdentifier);
            if (details.Inner is { } inner)
            {
                inner.CopyTo(data[8..]);
            }
            var sum = packet.Family == IPFamily.IPv4 ? 0 : PseudoHeader(in packet, data.Length);
            BinaryPrimitives.WriteUInt16BigEndian(data[2..], Finish(Sum(data, sum)));
            return;
        }
        if (packet.Protocol is 6 or 17 or 33 or 132 or 136)
        {
            BinaryPrimitives.WriteUInt16BigEndian(data, packet.SourcePort);
            BinaryPrimitives.WriteUInt16BigEndian(data[2..], packet.DestinationPort);
        }
        switch (packet.Protocol)
        {
            case 6:
                BinaryPrimitives.WriteUInt32BigEndian(data[4..], details.Sequence);
                BinaryPrimitives.WriteUInt32BigEndian(data[8..], details.Acknowledgement);
                data[12] = 5 << 4;
                data[13] = (byte)packet.TcpFlags;
                BinaryPrimitives.WriteUInt16BigEndian(data[14..], 8192);
                BinaryPrimitives.WriteUInt16BigEndian(data[16..], Finish(Sum(data, PseudoHeader(in packet, data.Length))));
                break;
            case 17 or 136:
                BinaryPrimitives.WriteUInt16BigEndian(data[4..], (ushort)data.Length);
                var checksum = Finish(Sum(data, PseudoHeader(in packet, data.Length)));
                BinaryPrimitives.WriteUInt16BigEndian(data[6..], checksum == 0 ? (ushort)0xFFFF : checksum);
                break;
            case 50:
                BinaryPrimitives.WriteUInt32BigEndian(data, packet.SecurityParameterIndex);
                break;
            case 51:
                data[1] = 4;
                BinaryPrimitives.WriteUInt32BigEndian(data[4..], packet.SecurityParameterIndex);
                break;
        }
    }

    private static uint PseudoHeader(in PacketHeader packet, int length)
    {
        Span<byte> addresses = stackalloc byte[32];
        packet.Source.Write(addresses);
        packet.Destination.Write(addresses[16..]);
        return Sum(addresses, (uint)length + packet.Protocol);
    }

    private static uint Sum(ReadOnlySpan<byte> data, uint sum)
    {
        for (var i = 0; i + 1 < data.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(data[i..]);
        }
        return data.Length % 2 == 1 ? sum + (uint)(data[^1] << 8) : sum;
    }

    private static ushort Finish(uint sum)
    {
        while (sum >> 16 != 0)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }
        return (ushort)~sum;
    }

    /// <summary>What rules do not look at, but conntrack does.</summary>
    /// <param name="Identification">IP identification.</param>
    /// <param name="IcmpIdentifier">Of an echo.</param>
    /// <param name="Sequence">TCP.</param>
    /// <param name="Acknowledgement">TCP.</param>
    /// <param name="Inner">The packet that an ICMP error is about, from its IP header on.</param>
    /// <param name="Extensions">IPv6's extension headers, by number: 0, 43, 51, 60.</param>
    public readonly record struct Details(
        ushort Identification, ushort IcmpIdentifier = 0, uint Sequence = 0, uint Acknowledgement = 0, byte[]? Inner = null, byte[]? Extensions = null);
}
