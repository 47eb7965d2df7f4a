namespace Plumbline.Packets.Dissection;

/// <summary>LLDP (IEEE 802.1AB §8): 7 bits type, 9 bits length, value.</summary>
internal readonly ref partial struct PacketDissector
{
    private void Lldp(int at, int end)
    {
        if (!Start("lldp", at, end, 2))
        {
            return;
        }
        while (end - at >= 2 && !_fields.IsFull)
        {
            var (type, length) = (_frame[at] >> 1, Word(at) & 0x1FF);
            Number("lldp.tlv.type", (ulong)type, at, 1);
            Number("lldp.tlv.len", (ulong)length, at, 2);
            at += 2;
            if (type == 0)
            {
                return;
            }
            if (end - at < length)
            {
                CutShort();
                return;
            }
            LldpValue(type, at, length);
            at += length;
        }
    }

    private void LldpValue(int type, int at, int length)
    {
        switch (type)
        {
            case 1 when length > 1:
                Number8("lldp.chassis.subtype", at);
                if (_frame[at] == 4 && length == 7)
                {
                    Mac("lldp.chassis.id.mac", at + 1);
                }
                else if (_frame[at] == 5 && length == 6 && _frame[at + 1] == 1)
                {
                    IPv4("lldp.chassis.id.ip4", at + 2);
                }
                break;
            case 2 when length > 1:
                Number8("lldp.port.subtype", at);
                if (_frame[at] == 3 && length == 7)
                {
                    Mac("lldp.port.id.mac", at + 1);
                }
                else if (_frame[at] is 1 or 5 or 7)
                {
                    Text("lldp.port.id", at + 1, length - 1);
                }
                break;
            case 3 when length >= 2: Number16("lldp.time_to_live", at); break;
            case 4: Text("lldp.port.desc", at, length); break;
            case 5: Text("lldp.tlv.system.name", at, length); break;
            case 6: Text("lldp.tlv.system.desc", at, length); break;
            case 7 when length == 4:
                Hex16("lldp.tlv.system_cap", at);
                Hex16("lldp.tlv.enable_system_cap", at + 2);
                break;
            case 8 when length >= 9: LldpManagement(at, length); break;
            case 127 when length >= 4: LldpOrganization(at, length); break;
            default: break;
        }
    }

    /// <summary>§8.5.9: 1 length of the next two, 1 family, address; 1 kind of number, 4 number, 1 length of an OID, OID.</summary>
    private void LldpManagement(int at, int length)
    {
        var address = _frame[at];
        if (address < 2 || length < 1 + address + 5)
        {
            return;
        }
        Number8("lldp.mgn.address.len", at);
        Number8("lldp.mgn.address.subtype", at + 1);
        switch ((_frame[at + 1], address))
        {
            case (1, 5): IPv4("lldp.mgn.addr.ip4", at + 2); break;
            case (2, 17): IPv6("lldp.mgn.addr.ip6", at + 2); break;
            default: break;
        }
        Number8("lldp.mgn.interface.subtype", at + 1 + address);
        Number32("lldp.mgn.interface.number", at + 2 + address);
    }

    /// <summary>3 organization, 1 kind of its own: of IEEE 802.1 the port's VLAN and VLANs' names, of 802.3 the greatest frame.</summary>
    private void LldpOrganization(int at, int length)
    {
        var organization = Long(at) >> 8;
        Number("lldp.orgtlv.oui", organization, at, 3);
        switch ((organization, _frame[at + 3]))
        {
            case (0x00_80_C2, 1) when length >= 6: Number16("lldp.ieee.802_1.port_vlan.id", at + 4); break;
            case (0x00_80_C2, 3) when length >= 7 && length >= 7 + _frame[at + 6]:
                Number16("lldp.ieee.802_1.vlan.id", at + 4);
                Text("lldp.ieee.802_1.vlan.name", at + 7, _frame[at + 6]);
                break;
            case (0x00_12_0F, 4) when length >= 6: Number16("lldp.ieee.802_3.max_frame_size", at + 4); break;
            default: break;
        }
    }
}
