namespace Plumbline.Packets.Dissection;

/// <summary>ICMP (RFC 792), ICMPv6 (RFC 4443) and neighbour discovery (RFC 4861).</summary>
internal readonly ref partial struct PacketDissector
{
    private const int IcmpLength = 8;

    private void Icmp(int at, int end)
    {
        if (!Start("icmp", at, end, 4))
        {
            return;
        }
        Number8("icmp.type", at);
        Number8("icmp.code", at + 1);
        Hex16("icmp.checksum", at + 2);
        if (end - at < IcmpLength)
        {
            CutShort();
            return;
        }
        switch (_frame[at])
        {
            case 0 or 8:
                Number16("icmp.ident", at + 4);
                Number16("icmp.seq", at + 6);
                break;
            case 3:
                if (_frame[at + 1] == 4)
                {
                    Number16("icmp.mtu", at + 6);
                }
                Quoted(at + IcmpLength, end, isV6: false);
                break;
            case 5:
                IPv4("icmp.redir_gw", at + 4);
                Quoted(at + IcmpLength, end, isV6: false);
                break;
            case 11 or 12: Quoted(at + IcmpLength, end, isV6: false); break;
            case 13 or 14 when end - at >= 20:
                Number16("icmp.ident", at + 4);
                Number16("icmp.seq", at + 6);
                Number32("icmp.originate_timestamp", at + 8);
                Number32("icmp.receive_timestamp", at + 12);
                Number32("icmp.transmit_timestamp", at + 16);
                break;
            default: break;
        }
    }

    private void IcmpV6(int at, int end)
    {
        if (!Start("icmpv6", at, end, 4))
        {
            return;
        }
        Number8("icmpv6.type", at);
        Number8("icmpv6.code", at + 1);
        Hex16("icmpv6.checksum", at + 2);
        var type = _frame[at];
        var needed = type switch { 134 => 16, 130 or 131 or 132 => 24, 143 => 8, 135 or 136 => 24, 137 => 40, 1 or 2 or 3 or 4 or 128 or 129 or 133 => IcmpLength, _ => 4 };
        if (end - at < needed)
        {
            CutShort();
            return;
        }
        switch (type)
        {
            case 1 or 3 or 4: Quoted(at + IcmpLength, end, isV6: true); break;
            case 2:
                Number32("icmpv6.mtu", at + 4);
                Quoted(at + IcmpLength, end, isV6: true);
                break;
            case 128 or 129:
                Hex16("icmpv6.echo.identifier", at + 4);
                Number16("icmpv6.echo.sequence_number", at + 6);
                break;
            case 130: ListenerQuery(at, end); break;
            case 131 or 132:
                Number16("icmpv6.mld.maximum_response_delay", at + 4);
                IPv6("icmpv6.mld.multicast_address", at + 8);
                break;
            case 143: ListenerReport(at, end); break;
            case 133: NdOptions(at + IcmpLength, end); break;
            case 134:
                Number8("icmpv6.nd.ra.cur_hop_limit", at + 4);
                Flag("icmpv6.nd.ra.flag.m", (_frame[at + 5] & 0x80) != 0, at + 5);
                Flag("icmpv6.nd.ra.flag.o", (_frame[at + 5] & 0x40) != 0, at + 5);
                Number("icmpv6.nd.ra.flag.prf", (ulong)_frame[at + 5] >> 3 & 3, at + 5, 1);
                Number16("icmpv6.nd.ra.router_lifetime", at + 6);
                Number32("icmpv6.nd.ra.reachable_time", at + 8);
                Number32("icmpv6.nd.ra.retrans_timer", at + 12);
                NdOptions(at + 16, end);
                break;
            case 135:
                IPv6("icmpv6.nd.ns.target_address", at + 8);
                NdOptions(at + 24, end);
                break;
            case 136:
                Flag("icmpv6.nd.na.flag.r", (_frame[at + 4] & 0x80) != 0, at + 4);
                Flag("icmpv6.nd.na.flag.s", (_frame[at + 4] & 0x40) != 0, at + 4);
                Flag("icmpv6.nd.na.flag.o", (_frame[at + 4] & 0x20) != 0, at + 4);
                IPv6("icmpv6.nd.na.target_address", at + 8);
                NdOptions(at + 24, end);
                break;
            case 137:
                IPv6("icmpv6.nd.rd.target_address", at + 8);
                IPv6("icmpv6.rd.na.destination_address", at + 24);
                NdOptions(at + 40, end);
                break;
            default: break;
        }
    }

    /// <summary>RFC 4861 §4.6: 1 type, 1 length in 8 bytes, value.</summary>
    private void NdOptions(int at, int end)
    {
        while (end - at >= 8)
        {
            var length = 8 * _frame[at + 1];
            if (length == 0 || length > end - at)
            {
                _ = Malformed();
                return;
            }
            Number8("icmpv6.opt.type", at);
            Number8("icmpv6.opt.length", at + 1);
            switch (_frame[at])
            {
                case 1 or 2 when length == 8: Mac("icmpv6.opt.linkaddr", at + 2); break;
                case 3 when length == 32:
                    Number8("icmpv6.opt.prefix.length", at + 2);
                    Flag("icmpv6.opt.prefix.flag.l", (_frame[at + 3] & 0x80) != 0, at + 3);
                    Flag("icmpv6.opt.prefix.flag.a", (_frame[at + 3] & 0x40) != 0, at + 3);
                    Number32("icmpv6.opt.prefix.valid_lifetime", at + 4);
                    Number32("icmpv6.opt.prefix.preferred_lifetime", at + 8);
                    IPv6("icmpv6.opt.prefix", at + 16);
                    break;
                case 24 when length is 8 or 16 or 24: // RFC 4191 §2.3: a prefix of as many bytes as there are
                    Number8("icmpv6.opt.prefix.length", at + 2);
                    Number("icmpv6.opt.route_info.flag.route_preference", (ulong)_frame[at + 3] >> 3 & 3, at + 3, 1);
                    Number32("icmpv6.opt.route_lifetime", at + 4);
                    _fields.Add("icmpv6.opt.prefix", FieldKind.IPv6, 0, at + 8, length - 8);
                    break;
                case 25 when length >= 24: // RFC 8106 §5.1
                    Number32("icmpv6.opt.rdnss.lifetime", at + 4);
                    for (var i = 8; i + 16 <= length; i += 16)
                    {
                        IPv6("icmpv6.opt.rdnss", at + i);
                    }
                    break;
                case 31 when length >= 16: // RFC 8106 §5.2: names, padded with 0
                    Number32("icmpv6.opt.dnssl.lifetime", at + 4);
                    SearchList(at + 8, at + length);
                    break;
                case 5 when length == 8: Number32("icmpv6.opt.mtu", at + 4); break;
                default: break;
            }
            at += length;
        }
    }

    private void SearchList(int at, int end)
    {
        while (at < end && _frame[at] != 0 && DomainName.Read(_frame[at..end], 0, out var length) is not null && !_fields.IsFull)
        {
            _fields.Add("icmpv6.opt.dnssl", FieldKind.Name, (ulong)at, at, length);
            at += length;
        }
    }

    /// <summary>Version 1 (RFC 2710 §3): 2 delay, 2, 16 group; 2 (RFC 3810 §5.1) goes on: 1 flags, 1 interval, 2 sources, sources.</summary>
    private void ListenerQuery(int at, int end)
    {
        if (end - at < 28)
        {
            Number16("icmpv6.mld.maximum_response_delay", at + 4);
            IPv6("icmpv6.mld.multicast_address", at + 8);
            return;
        }
        Number16("icmpv6.mld.maximum_response_code", at + 4);
        IPv6("icmpv6.mld.multicast_address", at + 8);
        Flag("icmpv6.mld.flag.s", (_frame[at + 24] & 8) != 0, at + 24);
        Number("icmpv6.mld.flag.qrv", (ulong)_frame[at + 24] & 7, at + 24, 1);
        Number8("icmpv6.mld.qqi", at + 25);
        Number16("icmpv6.mld.nb_sources", at + 26);
        var sources = Word(at + 26);
        for (at += 28; sources > 0 && end - at >= 16 && !_fields.IsFull; sources--, at += 16)
        {
            IPv6("icmpv6.mld.source_address", at);
        }
    }

    /// <summary>RFC 3810 §5.2: 2 records; each 1 type, 1 words of other data, 2 sources, 16 group, sources, other data.</summary>
    private void ListenerReport(int at, int end)
    {
        Number16("icmpv6.mldr.nb_mcast_records", at + 6);
        var records = Word(at + 6);
        for (at += IcmpLength; records > 0 && !_fields.IsFull; records--)
        {
            if (end - at < 20)
            {
                CutShort();
                return;
            }
            var sources = Word(at + 2);
            var other = 4 * _frame[at + 1];
            Number8("icmpv6.mldr.mar.record_type", at);
            Number8("icmpv6.mldr.mar.aux_data_len", at + 1);
            Number16("icmpv6.mldr.mar.nb_sources", at + 2);
            IPv6("icmpv6.mldr.mar.multicast_address", at + 4);
            for (at += 20; sources > 0 && end - at >= 16 && !_fields.IsFull; sources--, at += 16)
            {
                IPv6("icmpv6.mldr.mar.source_address", at);
            }
            at += other;
        }
    }

    /// <summary>The packet that an error answers: its addresses and ports only, it may end anywhere.</summary>
    private void Quoted(int at, int end, bool isV6)
    {
        _fields.IsQuoting = true;
        if (isV6)
        {
            IPv6Packet(at, end);
        }
        else
        {
            IPv4Packet(at, end);
        }
    }
}
