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
        var needed = type switch { 134 => 16, 135 or 136 => 24, 137 => 40, 1 or 2 or 3 or 4 or 128 or 129 or 133 => IcmpLength, _ => 4 };
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
            case 133: NdOptions(at + IcmpLength, end); break;
            case 134:
                Number8("icmpv6.nd.ra.cur_hop_limit", at + 4);
                Number16("icmpv6.nd.ra.router_lifetime", at + 6);
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
                IPv6("icmpv6.rd.na.target_address", at + 8);
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
            switch (_frame[at])
            {
                case 1 or 2 when length == 8: Mac("icmpv6.opt.linkaddr", at + 2); break;
                case 3 when length == 32:
                    Number8("icmpv6.opt.prefix.length", at + 2);
                    IPv6("icmpv6.opt.prefix", at + 16);
                    break;
                case 5 when length == 8: Number32("icmpv6.opt.mtu", at + 4); break;
                default: break;
            }
            at += length;
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
