namespace Plumbline.Packets.Dissection;

/// <summary>DHCP (RFC 2131, options of RFC 2132, 3046, 3442).</summary>
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
        Flag("dhcp.flags.bc", (_frame[at + 10] & 0x80) != 0, at + 10);
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
        for (at += 240; at < end && !_fields.IsFull;)
        {
            if (_frame[at] == 255)
            {
                Number("dhcp.option.type", 0, at, 1); // so Wireshark has it
                Number8("dhcp.option.end", at);
                return;
            }
            Number8("dhcp.option.type", at);
            if (_frame[at] == 0)
            {
                while (at < end && _frame[at] == 0)
                {
                    at++; // padding is told once
                }
                continue;
            }
            if (end - at < 2 || end - at < 2 + _frame[at + 1])
            {
                CutShort();
                return;
            }
            Number8("dhcp.option.length", at + 1);
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
            case 26 when length == 2: Number16("dhcp.option.interface_mtu", at); break;
            case 28 when length == 4: IPv4("dhcp.option.broadcast_address", at); break;
            case 42: DhcpAddresses("dhcp.option.ntp_server", at, length); break;
            case 50 when length == 4: IPv4("dhcp.option.requested_ip_address", at); break;
            case 51 when length == 4: Number32("dhcp.option.ip_address_lease_time", at); break;
            case 53 when length == 1: Number8("dhcp.option.dhcp", at); break;
            case 54 when length == 4: IPv4("dhcp.option.dhcp_server_id", at); break;
            case 55:
                for (var i = 0; i < length; i++)
                {
                    Number8("dhcp.option.request_list_item", at + i);
                }
                break;
            case 56: Text("dhcp.option.message", at, length); break;
            case 57 when length == 2: Number16("dhcp.option.dhcp_max_message_size", at); break;
            case 58 when length == 4: Number32("dhcp.option.renewal_time_value", at); break;
            case 59 when length == 4: Number32("dhcp.option.rebinding_time_value", at); break;
            case 60: Text("dhcp.option.vendor_class_id", at, length); break;
            case 66: Text("dhcp.option.tftp_server_name", at, length); break;
            case 67: Text("dhcp.option.bootfile_name", at, length); break;
            case 82: RelayAgent(at, at + length); break;
            case 121: Routes(at, at + length); break;
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

    /// <summary>RFC 3442: 1 length of the prefix in bits, as many of its bytes as that needs, 4 router.</summary>
    private void Routes(int at, int end)
    {
        while (at < end && !_fields.IsFull)
        {
            var length = 1 + (_frame[at] + 7) / 8 + 4;
            if (_frame[at] > 32 || end - at < length)
            {
                _ = Malformed();
                return;
            }
            Bytes("dhcp.option.classless_static_route", at, length);
            at += length;
        }
    }

    /// <summary>RFC 3046 §2: 1 kind, 1 length, value; 1 circuit, 2 remote end.</summary>
    private void RelayAgent(int at, int end)
    {
        while (end - at >= 2 && !_fields.IsFull)
        {
            var length = _frame[at + 1];
            Number8("dhcp.option.agent_information_option.suboption", at);
            if (end - at < 2 + length)
            {
                _ = Malformed();
                return;
            }
            switch (_frame[at])
            {
                case 1: Bytes("dhcp.option.agent_information_option.agent_circuit_id", at + 2, length); break;
                case 2: Bytes("dhcp.option.agent_information_option.agent_remote_id", at + 2, length); break;
                case 5 when length == 4: IPv4("dhcp.option.agent_information_option.link_selection", at + 2); break;
                default: break;
            }
            at += 2 + length;
        }
    }
}
