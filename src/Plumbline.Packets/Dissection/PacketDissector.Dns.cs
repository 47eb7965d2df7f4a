namespace Plumbline.Packets.Dissection;

/// <summary>DNS (RFC 1035), multicast DNS (RFC 6762).</summary>
internal readonly ref partial struct PacketDissector
{
    private void Dns(int at, int end, bool isMulticast = false)
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
        Flag("dns.flags.truncated", (flags & 0x0200) != 0, at + 2);
        Flag("dns.flags.recdesired", (flags & 0x0100) != 0, at + 2);
        Flag("dns.flags.z", (flags & 0x0040) != 0, at + 3);
        Flag("dns.flags.checkdisable", (flags & 0x0010) != 0, at + 3);
        if ((flags & 0x8000) != 0)
        {
            Flag("dns.flags.authoritative", (flags & 0x0400) != 0, at + 2);
            Flag("dns.flags.recavail", (flags & 0x0080) != 0, at + 3);
            Flag("dns.flags.authenticated", (flags & 0x0020) != 0, at + 3);
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
            DnsClass("dns.qry.class", "dns.qry.qu", at + next + 2, isMulticast);
            next += 4;
        }
        for (var i = Word(at + 6) + Word(at + 8) + Word(at + 10); i > 0 && !_fields.IsFull; i--)
        {
            if (!DnsRecord(at, message, ref next, isMulticast))
            {
                CutShort();
                return;
            }
        }
    }

    /// <summary>Multicast DNS has a flag in its first bit (RFC 6762 §5.4, §10.2).</summary>
    private void DnsClass(string name, string flag, int at, bool isMulticast)
    {
        Hex(name, (ulong)Word(at) & (isMulticast ? 0x7FFFu : 0xFFFFu), at, 4);
        if (isMulticast)
        {
            Flag(flag, (_frame[at] & 0x80) != 0, at);
        }
    }

    /// <summary>Name, 2 type, 2 class, 4 time to live, 2 length, data. EDNS (RFC 6891 §6.1.2) has other things in class and time.</summary>
    private bool DnsRecord(int at, ReadOnlySpan<byte> message, ref int next, bool isMulticast)
    {
        var name = next;
        if (DomainName.Read(message, next, out next) is null || message.Length < next + 10)
        {
            return false;
        }
        DnsOwner(at, message, name, Word(at + next));
        var (type, length) = (Word(at + next), Word(at + next + 8));
        Number16("dns.resp.type", at + next);
        if (type == 41)
        {
            Number16("dns.rr.udp_payload_size", at + next + 2);
            Hex8("dns.resp.ext_rcode", at + next + 4);
            Number8("dns.resp.edns0_version", at + next + 5);
            Flag("dns.resp.z.do", (_frame[at + next + 6] & 0x80) != 0, at + next + 6);
        }
        else
        {
            DnsClass("dns.resp.class", "dns.resp.cache_flush", at + next + 2, isMulticast);
            Number32("dns.resp.ttl", at + next + 4);
        }
        Number16("dns.resp.len", at + next + 8);
        next += 10;
        if (message.Length < next + length)
        {
            return false;
        }
        DnsData(type, at, message, next, length);
        next += length;
        return true;
    }

    private void DnsData(int type, int at, ReadOnlySpan<byte> message, int data, int length)
    {
        var start = at + data;
        switch (type)
        {
            case 1 when length == 4: IPv4("dns.a", start); break;
            case 28 when length == 16: IPv6("dns.aaaa", start); break;
            case 2: _ = DnsName("dns.ns", at, message, ref data); break;
            case 5: _ = DnsName("dns.cname", at, message, ref data); break;
            case 12: _ = DnsName("dns.ptr.domain_name", at, message, ref data); break;
            case 6:
                if (DnsName("dns.soa.mname", at, message, ref data) && DnsName("dns.soa.rname", at, message, ref data)
                    && message.Length >= data + 20)
                {
                    Number32("dns.soa.serial_number", at + data);
                    Number32("dns.soa.refresh_interval", at + data + 4);
                    Number32("dns.soa.retry_interval", at + data + 8);
                    Number32("dns.soa.expire_limit", at + data + 12);
                    Number32("dns.soa.minimum_ttl", at + data + 16);
                }
                break;
            case 15 when length > 2:
                Number16("dns.mx.preference", start);
                data += 2;
                _ = DnsName("dns.mx.mail_exchange", at, message, ref data);
                break;
            case 16:
                for (var end = start + length; start < end && end - start > _frame[start] && !_fields.IsFull; start += 1 + _frame[start])
                {
                    Number8("dns.txt.length", start);
                    Text("dns.txt", start + 1, _frame[start]);
                }
                break;
            case 33 when length > 6:
                Number16("dns.srv.priority", start);
                Number16("dns.srv.weight", start + 2);
                Number16("dns.srv.port", start + 4);
                data += 6;
                _ = DnsName("dns.srv.target", at, message, ref data);
                break;
            case 41: DnsOptions(start, start + length); break;
            default: break;
        }
    }

    /// <summary>RFC 6891 §6.1.2: 2 code, 2 length, value.</summary>
    private void DnsOptions(int at, int end)
    {
        for (; end - at >= 4 && !_fields.IsFull; at += 4 + Word(at + 2))
        {
            Number16("dns.opt.code", at);
            Number16("dns.opt.len", at + 2);
        }
    }

    /// <summary>Of a service (RFC 2782) its name, its protocol and where, as Wireshark tells them: three fields.</summary>
    private void DnsOwner(int at, ReadOnlySpan<byte> message, int name, int type)
    {
        var first = DomainName.LabelAt(message, name);
        var second = first < 0 ? -1 : DomainName.LabelAt(message, first + 1 + message[first]);
        var third = second < 0 ? -1 : DomainName.LabelAt(message, second + 1 + message[second]);
        if (type != 33 || third < 0)
        {
            _ = DnsName("dns.resp.name", at, message, ref name);
            return;
        }
        Text("dns.srv.service", at + first + 1, message[first]);
        Text("dns.srv.proto", at + second + 1, message[second]);
        _ = DnsName("dns.srv.name", at, message, ref third);
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
