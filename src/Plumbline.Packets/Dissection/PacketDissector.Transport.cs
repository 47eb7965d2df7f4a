using Plumbline.Packets.Layers;

namespace Plumbline.Packets.Dissection;

/// <summary>TCP and UDP.</summary>
internal readonly ref partial struct PacketDissector
{
    private void Tcp(int at, int end)
    {
        if (!Start("tcp", at, end, _fields.IsQuoting ? 4 : TcpHeader.MinLength))
        {
            return;
        }
        Number16("tcp.srcport", at);
        Number16("tcp.dstport", at + 2);
        if (_fields.IsQuoting)
        {
            return;
        }
        Number32("tcp.seq_raw", at + 4);
        Number32("tcp.ack_raw", at + 8);
        var headerLength = (_frame[at + 12] >> 4) * 4;
        Number("tcp.hdr_len", (ulong)headerLength, at + 12, 1);
        if (headerLength < TcpHeader.MinLength)
        {
            _ = Malformed();
            return;
        }
        Hex("tcp.flags", (ulong)Word(at + 12) & 0xFFF, at + 12, 4);
        Number16("tcp.window_size_value", at + 14);
        Hex16("tcp.checksum", at + 16);
        Number16("tcp.urgent_pointer", at + 18);
        if (end - at < headerLength)
        {
            CutShort();
            return;
        }
        TcpOptions(at + TcpHeader.MinLength, at + headerLength);
        var (source, destination) = (Word(at), Word(at + 2));
        at += headerLength;
        // a message that starts and ends with the segment
        if ((source == 53 || destination == 53) && end - at > 2 && Word(at) == end - at - 2)
        {
            Dns(at + 2, end);
        }
    }

    /// <summary>RFC 9293 §3.2: kind, length with both, value; 0 ends, 1 is padding.</summary>
    private void TcpOptions(int at, int end)
    {
        while (at < end && !_fields.IsFull)
        {
            Number8("tcp.option_kind", at);
            if (_frame[at] == 0)
            {
                while (++at < end && _frame[at] == 0)
                {
                    Number8("tcp.option_kind", at);
                }
                return;
            }
            if (_frame[at] == 1)
            {
                at++;
                continue;
            }
            if (end - at < 2 || _frame[at + 1] < 2 || end - at < _frame[at + 1])
            {
                _ = Malformed();
                return;
            }
            Number8("tcp.option_len", at + 1);
            switch ((_frame[at], _frame[at + 1]))
            {
                case (2, 4): Number16("tcp.options.mss_val", at + 2); break;
                case (3, 3): Number8("tcp.options.wscale.shift", at + 2); break;
                case (8, 10):
                    Number32("tcp.options.timestamp.tsval", at + 2);
                    Number32("tcp.options.timestamp.tsecr", at + 6);
                    break;
                case (5, > 2 and var length) when (length - 2) % 8 == 0:
                    for (var i = 2; i < length; i += 8)
                    {
                        Number32("tcp.options.sack_le", at + i);
                        Number32("tcp.options.sack_re", at + i + 4);
                    }
                    break;
                case (30, > 2 and var length): Multipath(at, length); break;
                default: break;
            }
            at += _frame[at + 1];
        }
    }

    /// <summary>RFC 8684 §3: 4 bits subtype; of the first packets of a connection and of a further path the version, keys and tokens.</summary>
    private void Multipath(int at, int length)
    {
        var subtype = _frame[at + 2] >> 4;
        Number("tcp.options.mptcp.subtype", (ulong)subtype, at + 2, 1);
        if (subtype == 0)
        {
            Number("tcp.options.mptcp.version", (ulong)_frame[at + 2] & 0xF, at + 2, 1);
            if (length >= 12)
            {
                Number("tcp.options.mptcp.sendkey", (ulong)Long(at + 4) << 32 | Long(at + 8), at + 4, 8);
            }
            if (length >= 20)
            {
                Number("tcp.options.mptcp.recvkey", (ulong)Long(at + 12) << 32 | Long(at + 16), at + 12, 8);
            }
        }
        else if (subtype == 1 && length == 12)
        {
            Number8("tcp.options.mptcp.addrid", at + 3);
            Number32("tcp.options.mptcp.recvtok", at + 4);
            Number32("tcp.options.mptcp.sendrand", at + 8);
        }
    }

    private void Udp(int at, int end)
    {
        if (!Start("udp", at, end, UdpHeader.Length))
        {
            return;
        }
        var (source, destination, length) = (Word(at), Word(at + 2), Word(at + 4));
        Number16("udp.srcport", at);
        Number16("udp.dstport", at + 2);
        Number16("udp.length", at + 4);
        Hex16("udp.checksum", at + 6);
        if (length is > 0 and < UdpHeader.Length)
        {
            _ = Malformed();
            return;
        }
        end = length == 0 ? end : Math.Min(end, at + length);
        at += UdpHeader.Length;
        if (at < end && !UdpPayload(destination, at, end))
        {
            _ = UdpPayload(source, at, end);
        }
    }

    /// <summary>False where the port is nothing special.</summary>
    private bool UdpPayload(int port, int at, int end)
    {
        switch (port)
        {
            case VxlanHeader.Port or VxlanHeader.OldPort: Vxlan(at, end); return true;
            case VxlanGpePort: VxlanGpe(at, end); return true;
            case GeneveHeader.Port: Geneve(at, end); return true;
            case 53: Dns(at, end); return true;
            case 5353: Dns(at, end, isMulticast: true); return true;
            case 67 or 68: Dhcp(at, end); return true;
            case 546 or 547: DhcpV6(at, end); return true;
            default: return false;
        }
    }
}
