namespace Plumbline.Packets.Dissection;

/// <summary>DHCP (RFC 2131), DHCPv6 (RFC 8415), DNS (RFC 1035).</summary>
internal readonly ref partial struct PacketDissector
{
    private void Dhcp(int at, int end)
    {
        if (!Start("dhcp", at, end, 240))
        {
            return;
        }
        Number8("dhcp.type", at);
        Hex8("dhcp.hw.type", at + 1);
        Number8("dhcp.hw.len", at + 2);
        Number8("dhcp.hops", at + 3);
        Hex32("dhcp.id", at + 4);
        Number16("dhcp.secs", at + 8);
        Hex16("dhcp.flags", at + 10);
        IPv4("dhcp.ip.client", at + 12);
        IPv4("dhcp.ip.your", at + 16);
        IPv4("dhcp.ip.server", at + 20);
        IPv4("dhcp.ip.relay", at + 24);
        if (_frame[at + 1] == 1 && _frame[at + 2] == 6)
        {
            Mac("dhcp.hw.mac_addr", at + 28);
        }
        if (Long(at + 236) != 0x6382_5363)
        {
            return; // BOOTP
        }
        for (at += 240; at < end && _frame[at] != 255 && !_fields.IsFull;)
        {
            if (_frame[at] == 0)
            {
                at++;
                continue;
            }
            if (end - at < 2 || end - at < 2 + _frame[at + 1])
            {
                CutShort();
                return;
            }
            DhcpOption(_frame[at], at + 2, _frame[at + 1]);
            at += 2 + _frame[at + 1];
        }
    }

    private void DhcpOption(int code, int at, int length)
    {
        switch (code)
        {
            case 1 when length == 4: IPv4("dhcp.option.subnet_mask", at); break;
            case 3: DhcpAddresses("dhcp.option.router", at, length); break;
            case 6: DhcpAddresses("dhcp.option.domain_name_server", at, length); break;
            case 12: Text("dhcp.option.hostname", at, length); break;
            case 15: Text("dhcp.option.domain_name", at, length); break;
            case 50 when length == 4: IPv4("dhcp.option.requested_ip_address", at); break;
            case 51 when length == 4: Number32("dhcp.option.ip_address_lease_time", at); break;
            case 53 when length == 1: Number8("dhcp.option.dhcp", at); break;
            case 54 when length == 4: IPv4("dhcp.option.dhcp_server_id", at); break;
            case 58 when length == 4: Number32("dhcp.option.renewal_time_value", at); break;
            case 59 when length == 4: Number32("dhcp.option.rebinding_time_value", at); break;
            case 61 when length == 7 && _frame[at] == 1:
                Hex8("dhcp.hw.type", at);
                Mac("dhcp.hw.mac_addr", at + 1);
                break;
            default: break;
        }
    }

    private void DhcpAddresses(string name, int at, int length)
    {
        for (var i = 0; i + 4 <= length; i += 4)
        {
            IPv4(name, at + i);
        }
    }

    private void DhcpV6(int at, int end)
    {
        if (!Start("dhcpv6", at, end, 4))
        {
            return;
        }
        Number8("dhcpv6.msgtype", at);
        if (_frame[at] is 12 or 13)
        {
            return; // relays have another layout
        }
        Hex("dhcpv6.xid", Long(at) & 0xFF_FFFF, at + 1, 6);
        DhcpV6Options(at + 4, end, depth: 0);
    }

    private void DhcpV6Options(int at, int end, int depth)
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
            if (code == 3 && length >= 12 && depth == 0)
            {
                DhcpV6Options(at + 12, at + length, 1);
            }
            else if (code == 5 && length >= 24)
            {
                IPv6("dhcpv6.iaaddr.ip", at);
                Number32("dhcpv6.iaaddr.pref_lifetime", at + 16);
                Number32("dhcpv6.iaaddr.valid_lifetime", at + 20);
            }
            at += length;
        }
    }

    private void Dns(int at, int end)
    {
        if (!Start("dns", at, end, 12))
        {
            return;
        }
        var message = _frame[at..end];
        var flags = Word(at + 2);
        Hex16("dns.id", at);
        Flag("dns.flags.response", (flags & 0x8000) != 0, at + 2);
        Number("dns.flags.opcode", (ulong)flags >> 11 & 0xF, at + 2, 2);
        if ((flags & 0x8000) != 0)
        {
            Number("dns.flags.rcode", (ulong)flags & 0xF, at + 2, 2);
        }
        ReadOnlySpan<string> counts = ["dns.count.queries", "dns.count.answers", "dns.count.auth_rr", "dns.count.add_rr"];
        for (var i = 0; i < counts.Length; i++)
        {
            Number16(counts[i], at + 4 + 2 * i);
        }
        var next = 12;
        for (var i = Word(at + 4); i > 0 && !_fields.IsFull; i--)
        {
            if (!DnsName("dns.qry.name", at, message, ref next) || message.Length < next + 4)
            {
                CutShort();
                return;
            }
            Number16("dns.qry.type", at + next);
            next += 4;
        }
        for (var i = Word(at + 6) + Word(at + 8) + Word(at + 10); i > 0 && !_fields.IsFull; i--)
        {
            if (!DnsRecord(at, message, ref next))
            {
                CutShort();
                return;
            }
        }
    }

    /// <summary>Name, 2 type, 2 class, 4 time to live, 2 length, data.</summary>
    private bool DnsRecord(int at, ReadOnlySpan<byte> message, ref int next)
    {
        if (!DnsName("dns.resp.name", at, message, ref next) || message.Length < next + 10)
        {
            return false;
        }
        var (type, length) = (Word(at + next), Word(at + next + 8));
        Number16("dns.resp.type", at + next);
        if (type != 41) // EDNS has flags there
        {
            Number32("dns.resp.ttl", at + next + 4);
        }
        next += 10;
        if (message.Length < next + length)
        {
            return false;
        }
        var data = next;
        switch (type)
        {
            case 1 when length == 4: IPv4("dns.a", at + next); break;
            case 28 when length == 16: IPv6("dns.aaaa", at + next); break;
            case 5: _ = DnsName("dns.cname", at, message, ref data); break;
            case 12: _ = DnsName("dns.ptr.domain_name", at, message, ref data); break;
            default: break;
        }
        next += length;
        return true;
    }

    private bool DnsName(string field, int at, ReadOnlySpan<byte> message, ref int next)
    {
        if (DomainName.Read(message, next, out var end) is null)
        {
            return false;
        }
        // the text is made again when it is asked for: the length reaches to the message's end, for names that point back
        _fields.Add(field, FieldKind.Name, (ulong)at, at + next, message.Length - next);
        next = end;
        return true;
    }
}
