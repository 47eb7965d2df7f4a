using Plumbline.Packets.Layers;

namespace Plumbline.Packets.Dissection;

/// <summary>IPv4's options (RFC 791 §3.1), IPv6's extension headers (RFC 8200 §4), the authentication header (RFC 4302).</summary>
internal readonly ref partial struct PacketDissector
{
    /// <summary>1 type, and but for 0 and 1: 1 length with both, value.</summary>
    private void IPv4Options(int at, int end)
    {
        while (at < end && !_fields.IsFull)
        {
            var type = _frame[at];
            Number8("ip.opt.type", at);
            if (type == 0)
            {
                return;
            }
            if (type == 1)
            {
                at++;
                continue;
            }
            if (end - at < 2 || _frame[at + 1] < 2 || end - at < _frame[at + 1])
            {
                _ = Malformed();
                return;
            }
            var length = _frame[at + 1];
            Number8("ip.opt.len", at + 1);
            switch (type)
            {
                case 7 when length >= 3: // record route: addresses before the pointer are filled in
                    Number8("ip.opt.ptr", at + 2);
                    for (var i = 3; i + 4 <= length; i += 4)
                    {
                        IPv4(i + 1 < _frame[at + 2] ? "ip.rec_rt" : "ip.empty_rt", at + i);
                    }
                    break;
                case 131 or 137 when length >= 3: Number8("ip.opt.ptr", at + 2); break;
                case 68 when length >= 4:
                    Number8("ip.opt.ptr", at + 2);
                    Number("ip.opt.overflow", (ulong)_frame[at + 3] >> 4, at + 3, 1);
                    Hex("ip.opt.flag", (ulong)_frame[at + 3] & 0xF, at + 3, 2);
                    IPv4Times(at + 4, at + length, _frame[at + 3] & 0xF);
                    break;
                case 148 when length == 4: Number16("ip.opt.ra", at + 2); break;
                default: break;
            }
            at += length;
        }
    }

    /// <summary>Where a source route (RFC 791 §3.1) leads in the end; 0 where there is none, or the packet has reached it.</summary>
    private int RoutedTo(int at, int end)
    {
        while (at + 2 < end && _frame[at] != 0)
        {
            var length = _frame[at] == 1 ? 1 : _frame[at + 1];
            if (length < 1 || end - at < length)
            {
                return 0;
            }
            if (_frame[at] is 131 or 137 && length >= 7 && _frame[at + 2] <= length)
            {
                return at + length - 4;
            }
            at += length;
        }
        return 0;
    }

    private void IPv4Times(int at, int end, int flag)
    {
        for (; flag == 0 && end - at >= 4; at += 4)
        {
            Number32("ip.opt.time_stamp", at);
        }
        for (; flag is 1 or 3 && end - at >= 8; at += 8)
        {
            IPv4("ip.opt.time_stamp_addr", at);
            Number32("ip.opt.time_stamp", at + 4);
        }
    }

    /// <returns>The fragment's offset in the packet; 0 for all other headers.</returns>
    private int IPv6Extension(IpProtocol header, int at, int end)
    {
        switch (header)
        {
            case IpProtocol.HopByHop:
                Number8("ipv6.hopopts.nxt", at);
                Number8("ipv6.hopopts.len", at + 1);
                IPv6Options(at + 2, end);
                break;
            case IpProtocol.DestinationOptions:
                Number8("ipv6.dstopts.nxt", at);
                Number8("ipv6.dstopts.len", at + 1);
                IPv6Options(at + 2, end);
                break;
            case IpProtocol.Routing:
                Number8("ipv6.routing.nxt", at);
                Number8("ipv6.routing.len", at + 1);
                Number8("ipv6.routing.type", at + 2);
                Number8("ipv6.routing.segleft", at + 3);
                break;
            case IpProtocol.Fragment:
                Number8("ipv6.fraghdr.nxt", at);
                Number("ipv6.fraghdr.offset", (ulong)Word(at + 2) >> 3, at + 2, 2);
                Flag("ipv6.fraghdr.more", (_frame[at + 3] & 1) != 0, at + 3);
                Hex32("ipv6.fraghdr.ident", at + 4);
                return Word(at + 2) & 0xFFF8;
            case IpProtocol.Authentication: AuthenticationFields(at, end); break;
            default: break;
        }
        return 0;
    }

    /// <summary>RFC 8200 §4.2: 1 type, and but for 0: 1 length of the value, value.</summary>
    private void IPv6Options(int at, int end)
    {
        while (at < end && !_fields.IsFull)
        {
            Hex8("ipv6.opt.type", at);
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
            var length = _frame[at + 1];
            Number8("ipv6.opt.length", at + 1);
            switch (_frame[at])
            {
                case 5 when length == 2: Number16("ipv6.opt.router_alert", at + 2); break;
                case 0xC2 when length == 4: Number32("ipv6.opt.jumbo", at + 2); break;
                default: break;
            }
            at += 2 + length;
        }
    }

    /// <summary>1 next, 1 length, 2 reserved, 4 index, 4 sequence number, check value.</summary>
    private void Authentication(int at, int end)
    {
        if (!Start("ah", at, end, 12))
        {
            return;
        }
        var length = 4 * (_frame[at + 1] + 2);
        if (length < 12)
        {
            _ = Malformed();
            return;
        }
        AuthenticationFields(at, Math.Min(end, at + length));
        if (end - at < length)
        {
            CutShort();
            return;
        }
        Transport((IpProtocol)_frame[at], at + length, end);
    }

    private void AuthenticationFields(int at, int end)
    {
        if (end - at < 12)
        {
            return;
        }
        Number8("ah.next_header", at);
        Number8("ah.length", at + 1);
        Hex32("ah.spi", at + 4);
        Number32("ah.sequence", at + 8);
        if (end - at > 12)
        {
            Bytes("ah.icv", at + 12, end - at - 12);
        }
    }
}
