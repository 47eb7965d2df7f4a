using System.Buffers.Binary;
using Plumbline.Packets.Layers;

namespace Plumbline.Packets.Timing;

/// <summary>
/// What stays the same in a packet on its whole way: NAT changes addresses, ports and an echo's identifier; routers the TTL and the MACs;
/// bridges push and pop VLAN tags; tunnels wrap it; checksums are filled in late; a segment of 64 KiB is cut to pieces by the NIC. So an
/// identity has none of these, but sequence numbers, lengths that cutting keeps, options of pure acknowledgements and the payload's
/// first bytes. IPv4's identification is kept beside it: it tells a retransmission from its original, but some NAT rewrites it.
/// </summary>
internal static class PacketIdentity
{
    /// <summary>Bytes of payload that count: more would be cut at one hop and not at another, whose headers are longer.</summary>
    public const int PayloadBytes = 96;

    /// <summary>Reads it.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="headers">Its headers.</param>
    /// <param name="packet">Gets identity, sequence and lengths.</param>
    /// <param name="isCut">Fewer bytes of the payload were kept than an identity takes.</param>
    /// <returns>False where too little was kept to tell anything.</returns>
    public static bool TryRead(ReadOnlySpan<byte> frame, in FrameHeaders headers, ref HopPacket packet, out bool isCut)
    {
        isCut = false;
        if (headers.IpVersion == 4 && frame.Length >= headers.NetworkOffset + 6)
        {
            packet.IpId = BinaryPrimitives.ReadUInt16BigEndian(frame[(headers.NetworkOffset + 4)..]);
        }
        if (headers.TransportOffset <= 0 || headers.TransportOffset > frame.Length)
        {
            return false;
        }
        var data = frame[headers.TransportOffset..];
        if (data.Length > headers.TransportLength)
        {
            data = data[..headers.TransportLength];
        }
        var seed = Hash64.Mix(headers.Protocol, (ulong)(uint)headers.FragmentOffset);
        if (headers.FragmentOffset > 0)
        {
            Finish(seed, data, headers.TransportLength, (ulong)headers.TransportLength << 16 | packet.IpId, ref packet, out isCut);
            return true;
        }
        switch ((IpProtocol)headers.Protocol)
        {
            case IpProtocol.Tcp:
                return TryReadTcp(seed, data, headers.TransportLength, ref packet, out isCut);
            case IpProtocol.Udp when data.Length >= UdpHeader.Length:
                var length = BinaryPrimitives.ReadUInt16BigEndian(data[4..]);
                var payload = (length >= UdpHeader.Length ? length : headers.TransportLength) - UdpHeader.Length; // of all its fragments
                Finish(seed, data[UdpHeader.Length..], payload, (ulong)length << 16 | packet.IpId, ref packet, out isCut);
                return true;
            case IpProtocol.Icmp or IpProtocol.IcmpV6 when data.Length >= 8:
                ReadIcmp(seed, data, headers, ref packet, out isCut);
                return true;
            case IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Icmp or IpProtocol.IcmpV6:
                return false;
            case IpProtocol.Sctp when data.Length >= 16: // ports and the checksum over them left out
                Finish(
                    Hash64.Mix(seed, data[4..8]), data[12..], headers.TransportLength - 12, BinaryPrimitives.ReadUInt32BigEndian(data[4..]),
                    ref packet, out isCut);
                return true;
            default:
                Finish(seed, data, headers.TransportLength, (ulong)headers.TransportLength << 16 | packet.IpId, ref packet, out isCut);
                return true;
        }
    }

    private static bool TryReadTcp(ulong seed, ReadOnlySpan<byte> data, int wireLength, ref HopPacket packet, out bool isCut)
    {
        isCut = false;
        if (TcpHeader.Read(data, out var tcp) != LayerState.Whole || data.Length < tcp.HeaderLength)
        {
            return false;
        }
        packet.Sequence = tcp.Sequence;
        packet.DataLength = Math.Max(wireLength - tcp.HeaderLength, 0);
        if (packet.DataLength > 0 && (tcp.Flags & TcpFlags.Syn) == 0)
        {
            // no length, flags or acknowledgement: a big segment and the first of its pieces are the same packet
            var payload = data[tcp.HeaderLength..];
            packet.Brief = Hash64.Mix(seed, tcp.Sequence);
            var counted = Math.Min(packet.DataLength, PayloadBytes);
            isCut = payload.Length < counted;
            packet.Identity = Hash64.Mix(packet.Brief, payload[..Math.Min(counted, payload.Length)]);
            return true;
        }
        var flags = tcp.Flags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst | TcpFlags.Ack);
        packet.Brief = Hash64.Mix(Hash64.Mix(seed, (ulong)tcp.Sequence << 32 | tcp.Acknowledgement), (ulong)flags << 32 | (uint)tcp.Window);
        // options of a SYN are changed on the way (MSS clamping), those of an acknowledgement are not
        packet.Identity = (flags & TcpFlags.Syn) != 0
            ? packet.Brief
            : Hash64.Mix(packet.Brief, data[TcpHeader.MinLength..tcp.HeaderLength]);
        return true;
    }

    private static void ReadIcmp(ulong seed, ReadOnlySpan<byte> data, in FrameHeaders headers, ref HopPacket packet, out bool isCut)
    {
        seed = Hash64.Mix(seed, (ulong)data[0] << 8 | data[1]);
        var isV6 = headers.IpVersion == 6;
        var isEcho = isV6 ? data[0] is 128 or 129 : data[0] is 0 or 8 or 13 or 14;
        if (isEcho)
        {
            seed = Hash64.Mix(seed, BinaryPrimitives.ReadUInt16BigEndian(data[6..])); // its identifier is NAT's to change
            Finish(seed, data[8..], headers.TransportLength - 8, (ulong)headers.TransportLength << 16 | packet.IpId, ref packet, out isCut);
            return;
        }
        var isError = isV6 ? data[0] < 128 : data[0] is 3 or 4 or 5 or 11 or 12;
        if (isError && !isV6 && data.Length >= 8 + IPv4Header.MinLength)
        {
            // of the packet told about: length, identification, protocol; NAT rewrites its addresses and ports
            var told = data[8..];
            packet.Brief = Hash64.Mix(Hash64.Mix(seed, told[2..6]), told[9]);
            packet.Identity = Hash64.Mix(packet.Brief, Behind(told, 4 * (told[0] & 0xF), told[9], headers.TransportLength - 8, out isCut));
            return;
        }
        if (isError && isV6 && data.Length >= 8 + IPv6Header.Length)
        {
            var told = data[8..]; // length, next header
            packet.Brief = Hash64.Mix(Hash64.Mix(seed, (ulong)headers.TransportLength), told[4..7]);
            packet.Identity = Hash64.Mix(
                packet.Brief, Behind(told, IPv6Header.Length, told[6], headers.TransportLength - 8, out isCut));
            return;
        }
        Finish(seed, data[4..], headers.TransportLength - 4, (ulong)headers.TransportLength << 16 | packet.IpId, ref packet, out isCut);
    }

    /// <summary>What an error tells of the packet behind ports and checksum: TCP's sequence number, a fragment's identification, payload.</summary>
    private static ReadOnlySpan<byte> Behind(ReadOnlySpan<byte> told, int header, int protocol, int wireLength, out bool isCut)
    {
        var start = header + (IpProtocol)protocol switch
        {
            IpProtocol.Tcp => 4,
            IpProtocol.Udp or IpProtocol.Icmp or IpProtocol.IcmpV6 => 8,
            _ => 0,
        };
        var end = Math.Min(start + (protocol == (int)IpProtocol.Tcp ? 12 : PayloadBytes), wireLength);
        isCut = told.Length < end;
        return start < told.Length ? told[start..Math.Max(start, Math.Min(end, told.Length))] : [];
    }

    private static void Finish(
        ulong seed, ReadOnlySpan<byte> payload, int wireLength, ulong brief, ref HopPacket packet, out bool isCut)
    {
        var counted = Math.Min(Math.Max(wireLength, 0), PayloadBytes);
        isCut = payload.Length < counted;
        packet.Brief = Hash64.Mix(seed, brief);
        packet.Identity = Hash64.Mix(Hash64.Mix(seed, (ulong)(uint)wireLength), payload[..Math.Min(counted, payload.Length)]);
    }
}
