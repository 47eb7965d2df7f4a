using Plumbline.Packets.Layers;

namespace Plumbline.Packets.Dissection;

/// <summary>IPv4, IPv6 with its extension headers, and tunnels on IP.</summary>
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
        IPv4("ip.dst", at + 16);
        if (total > 0)
        {
            end = Math.Min(end, at + total);
        }
        if (end - at < headerLength)
        {
            CutShort();
        }
        else if (offset == 0)
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
            if (protocol == IpProtocol.Fragment)
            {
                Number("ipv6.fraghdr.offset", (ulong)Word(at + 2) >> 3, at + 2, 2);
                Flag("ipv6.fraghdr.more", (_frame[at + 3] & 1) != 0, at + 3);
                Hex32("ipv6.fraghdr.ident", at + 4);
                if ((Word(at + 2) & 0xFFF8) != 0)
                {
                    return; // a later piece of a packet
                }
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
            case IpProtocol.IPv4 when end > at: IPv4Packet(at, end); break;
            case IpProtocol.IPv6 when end > at: IPv6Packet(at, end); break;
            default: break;
        }
    }

    private void Gre(int at, int end)
    {
        if (!Start("gre", at, end, GreHeader.MinLength))
        {
            return;
        }
        var state = GreHeader.Read(_frame[at..end], out var header);
        if (state != LayerState.Whole)
        {
            _fields.EndLayer(state == LayerState.CutShort ? LayerOutcome.CutShort : LayerOutcome.Malformed);
            return;
        }
        Hex16("gre.flags_and_version", at);
        Hex16("gre.proto", at + 2);
        var next = at + 4 + ((_frame[at] & 0x80) != 0 ? 4 : 0);
        if (header.Key is { } key)
        {
            Hex("gre.key", key, next, 8);
            next += 4;
        }
        if (header.HasSequence)
        {
            Number32("gre.sequence_number", next);
        }
        at += header.Length;
        if (header.Type is EtherType.Erspan or EtherType.Erspan3)
        {
            Erspan(header, at, end);
        }
        else
        {
            Payload(header.Type, at, end);
        }
    }

    private void Erspan(in GreHeader gre, int at, int end)
    {
        if (!Start("erspan", at, end, 0))
        {
            return;
        }
        if (!ErspanHeader.TryRead(_frame[at..end], gre, out var header))
        {
            CutShort();
            return;
        }
        if (header.Length > 0)
        {
            Number("erspan.version", (ulong)header.Version, at, 1);
            Number("erspan.vlan", (ulong)header.Vlan, at, 2);
            Number("erspan.spanid", (ulong)header.Session, at + 2, 2);
        }
        Ethernet(at + header.Length, end);
    }
}
