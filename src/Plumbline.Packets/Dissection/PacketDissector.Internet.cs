using Plumbline.Packets.Layers;

namespace Plumbline.Packets.Dissection;

/// <summary>IPv4, IPv6 and what they carry.</summary>
internal readonly ref partial struct PacketDissector
{
    private void IPv4Packet(int at, int end)
    {
        if (!Start("ip", at, end, IPv4Header.MinLength))
        {
            return;
        }
        var headerLength = (_frame[at] & 0xF) * 4;
        var total = Word(at + 2);
        if (_frame[at] >> 4 != 4 || headerLength < IPv4Header.MinLength || total is > 0 && total < headerLength)
        {
            _ = Malformed();
            return;
        }
        Number("ip.version", (ulong)_frame[at] >> 4, at, 1);
        Number("ip.hdr_len", (ulong)headerLength, at, 1);
        Hex8("ip.dsfield", at + 1);
        Number16("ip.len", at + 2);
        Hex16("ip.id", at + 4);
        Flag("ip.flags.df", (_frame[at + 6] & 0x40) != 0, at + 6);
        Flag("ip.flags.mf", (_frame[at + 6] & 0x20) != 0, at + 6);
        var offset = Word(at + 6) & 0x1FFF;
        Number("ip.frag_offset", (ulong)offset, at + 6, 2); // in 8 bytes
        Number8("ip.ttl", at + 8);
        Number8("ip.proto", at + 9);
        Hex16("ip.checksum", at + 10);
        IPv4("ip.src", at + 12);
        var routedTo = RoutedTo(at + IPv4Header.MinLength, Math.Min(end, at + headerLength));
        IPv4("ip.dst", routedTo > 0 ? routedTo : at + 16);
        if (total > 0)
        {
            end = Math.Min(end, at + total);
        }
        if (end - at < headerLength)
        {
            CutShort();
            return;
        }
        IPv4Options(at + IPv4Header.MinLength, at + headerLength);
        if (offset == 0)
        {
            Transport((IpProtocol)_frame[at + 9], at + headerLength, end);
        }
    }

    private void IPv6Packet(int at, int end)
    {
        if (!Start("ipv6", at, end, IPv6Header.Length))
        {
            return;
        }
        if (_frame[at] >> 4 != 6)
        {
            _ = Malformed();
            return;
        }
        Number("ip.version", 6, at, 1);
        Hex("ipv6.tclass", Long(at) >> 20 & 0xFF, at, 8);
        Hex("ipv6.flow", Long(at) & 0xF_FFFF, at, 6);
        Number16("ipv6.plen", at + 4);
        Number8("ipv6.nxt", at + 6);
        Number8("ipv6.hlim", at + 7);
        IPv6("ipv6.src", at + 8);
        IPv6("ipv6.dst", at + 24);
        if (Word(at + 4) > 0)
        {
            end = Math.Min(end, at + IPv6Header.Length + Word(at + 4));
        }
        var protocol = (IpProtocol)_frame[at + 6];
        at += IPv6Header.Length;
        while (protocol is IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.Fragment or IpProtocol.DestinationOptions
            or IpProtocol.Authentication)
        {
            if (end - at < 8)
            {
                CutShort();
                return;
            }
            var next = (IpProtocol)_frame[at];
            var length = protocol switch
            {
                IpProtocol.Fragment => 8,
                IpProtocol.Authentication => 4 * (_frame[at + 1] + 2),
                _ => 8 * (_frame[at + 1] + 1),
            };
            if (IPv6Extension(protocol, at, Math.Min(at + length, end)) > 0)
            {
                return; // a later piece of a packet
            }
            protocol = next;
            at += length;
            if (at > end)
            {
                CutShort();
                return;
            }
        }
        Transport(protocol, at, end);
    }

    private void Transport(IpProtocol protocol, int at, int end)
    {
        switch (protocol)
        {
            case IpProtocol.Tcp: Tcp(at, end); break;
            case IpProtocol.Udp: Udp(at, end); break;
            case IpProtocol.Sctp: Sctp(at, end); break;
            case IpProtocol.Icmp: Icmp(at, end); break;
            case IpProtocol.IcmpV6: IcmpV6(at, end); break;
            case IpProtocol.Gre: Gre(at, end); break;
            case IpProtocol.Authentication: Authentication(at, end); break;
            case IpProtocol.IPv4 when end > at: IPv4Packet(at, end); break;
            case IpProtocol.IPv6 when end > at: IPv6Packet(at, end); break;
            default: break;
        }
    }
}
