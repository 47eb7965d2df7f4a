namespace Plumbline.Packets.Dissection;

/// <summary>DHCPv6 (RFC 8415).</summary>
internal readonly ref partial struct PacketDissector
{
    private const int RelayHeader = 34;
    private const int MostRelays = 8;

    private void DhcpV6(int at, int end)
    {
        if (Start("dhcpv6", at, end, 4))
        {
            DhcpV6Message(at, end, relays: 0);
        }
    }

    /// <summary>§8: 1 type, 3 transaction; §9, relays (12, 13): 1 type, 1 hops, 16 link, 16 peer. Then options.</summary>
    private void DhcpV6Message(int at, int end, int relays)
    {
        if (end - at < 4)
        {
            CutShort();
            return;
        }
        Number8("dhcpv6.msgtype", at);
        if (_frame[at] is 12 or 13)
        {
            if (end - at < RelayHeader)
            {
                CutShort();
                return;
            }
            Number8("dhcpv6.hopcount", at + 1);
            IPv6("dhcpv6.linkaddr", at + 2);
            IPv6("dhcpv6.peeraddr", at + 18);
            DhcpV6Options(at + RelayHeader, end, depth: 0, relays + 1);
            return;
        }
        Hex("dhcpv6.xid", Long(at) & 0xFF_FFFF, at + 1, 6);
        DhcpV6Options(at + 4, end, depth: 0, relays);
    }

    private void DhcpV6Options(int at, int end, int depth, int relays)
    {
        while (end - at >= 4 && !_fields.IsFull)
        {
            var (code, length) = (Word(at), Word(at + 2));
            Number16("dhcpv6.option.type", at);
            Number16("dhcpv6.option.length", at + 2);
            at += 4;
            if (end - at < length)
            {
                CutShort();
                return;
            }
            DhcpV6Option(code, at, length, depth, relays);
            at += length;
        }
    }

    private void DhcpV6Option(int code, int at, int length, int depth, int relays)
    {
        switch (code)
        {
            case 1 or 2 when length >= 2: Duid(at, length); break;
            case 3 or 25 when length >= 12 && depth == 0:
                Number32("dhcpv6.iaid.t1", at + 4);
                Number32("dhcpv6.iaid.t2", at + 8);
                DhcpV6Options(at + 12, at + length, 1, relays);
                break;
            case 5 when length >= 24:
                IPv6("dhcpv6.iaaddr.ip", at);
                Number32("dhcpv6.iaaddr.pref_lifetime", at + 16);
                Number32("dhcpv6.iaaddr.valid_lifetime", at + 20);
                if (depth < 2)
                {
                    DhcpV6Options(at + 24, at + length, 2, relays);
                }
                break;
            case 6:
                for (var i = 0; i + 2 <= length; i += 2)
                {
                    Number16("dhcpv6.requested_option_code", at + i);
                }
                break;
            case 7 when length == 1: Number8("dhcpv6.option_preference", at); break;
            case 8 when length == 2: Number("dhcpv6.elapsed_time", 10UL * (uint)Word(at), at, 2); break; // in milliseconds
            case 9 when relays is > 0 and < MostRelays: DhcpV6Message(at, at + length, relays); break;
            case 13 when length >= 2:
                Number16("dhcpv6.status_code", at);
                if (length > 2)
                {
                    Text("dhcpv6.status_msg", at + 2, length - 2);
                }
                break;
            case 18: Bytes("dhcpv6.interface_id", at, length); break;
            case 23:
                for (var i = 0; i + 16 <= length; i += 16)
                {
                    IPv6("dhcpv6.dns_server", at + i);
                }
                break;
            case 26 when length >= 25:
                Number32("dhcpv6.iaprefix.pref_lifetime", at);
                Number32("dhcpv6.iaprefix.valid_lifetime", at + 4);
                Number8("dhcpv6.iaprefix.pref_len", at + 8);
                IPv6("dhcpv6.iaprefix.pref_addr", at + 9);
                if (depth < 2)
                {
                    DhcpV6Options(at + 25, at + length, 2, relays);
                }
                break;
            default: break;
        }
    }

    /// <summary>§11: 2 type; 1: 2 hardware, 4 time, address; 2: 4 enterprise; 3: 2 hardware, address.</summary>
    private void Duid(int at, int length)
    {
        Bytes("dhcpv6.duid.bytes", at, length);
        Number16("dhcpv6.duid.type", at);
        switch (Word(at))
        {
            case 1 when length >= 8: Number16("dhcpv6.duidllt.hwtype", at + 2); break;
            case 2 when length >= 6: Number32("dhcpv6.duiden.enterprise", at + 2); break;
            case 3 when length >= 4: Number16("dhcpv6.duidll.hwtype", at + 2); break;
            default: break;
        }
    }
}
