using Plumbline.Packets.Layers;

namespace Plumbline.Packets.Dissection;

/// <summary>TCP, UDP, SCTP and the tunnels on UDP.</summary>
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
        while (at < end && _frame[at] != 0)
        {
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
            switch ((_frame[at], _frame[at + 1]))
            {
                case (2, 4): Number16("tcp.options.mss_val", at + 2); break;
                case (3, 3): Number8("tcp.options.wscale.shift", at + 2); break;
                case (8, 10):
                    Number32("tcp.options.timestamp.tsval", at + 2);
                    Number32("tcp.options.timestamp.tsecr", at + 6);
                    break;
                default: break;
            }
            at += _frame[at + 1];
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
            case GeneveHeader.Port: Geneve(at, end); return true;
            case 53 or 5353: Dns(at, end); return true;
            case 67 or 68: Dhcp(at, end); return true;
            case 546 or 547: DhcpV6(at, end); return true;
            default: return false;
        }
    }

    private void Vxlan(int at, int end)
    {
        if (Start("vxlan", at, end, VxlanHeader.Length))
        {
            Hex16("vxlan.flags", at);
            Number("vxlan.vni", Long(at + 4) >> 8, at + 4, 3);
            Ethernet(at + VxlanHeader.Length, end);
        }
    }

    private void Geneve(int at, int end)
    {
        if (!Start("geneve", at, end, GeneveHeader.MinLength))
        {
            return;
        }
        Number("geneve.version", (ulong)_frame[at] >> 6, at, 1);
        Hex16("geneve.proto_type", at + 2);
        Hex("geneve.vni", Long(at + 4) >> 8, at + 4, 6);
        if (!GeneveHeader.TryRead(_frame[at..end], out var header))
        {
            CutShort();
            return;
        }
        Payload(header.Type, at + header.Length, end);
    }

    /// <summary>RFC 9260 §3: 2 + 2 ports, 4 tag, 4 checksum; chunks of 1 type, 1 flags, 2 length, padded to 4.</summary>
    private void Sctp(int at, int end)
    {
        if (!Start("sctp", at, end, 12))
        {
            return;
        }
        Number16("sctp.srcport", at);
        Number16("sctp.dstport", at + 2);
        Hex32("sctp.verification_tag", at + 4);
        Hex32("sctp.checksum", at + 8);
        for (at += 12; end - at >= 4 && !_fields.IsFull;)
        {
            var length = Word(at + 2);
            Number8("sctp.chunk_type", at);
            Hex8("sctp.chunk_flags", at + 1);
            Number16("sctp.chunk_length", at + 2);
            if (length < 4)
            {
                _ = Malformed();
                return;
            }
            at += length + 3 & ~3;
        }
    }
}
