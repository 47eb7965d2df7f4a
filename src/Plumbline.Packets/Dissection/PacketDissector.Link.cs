using Plumbline.Packets.Layers;

namespace Plumbline.Packets.Dissection;

/// <summary>Ethernet, VLAN tags, ARP, LLC with spanning tree, LLDP.</summary>
internal readonly ref partial struct PacketDissector
{
    private void Ethernet(int at, int end)
    {
        if (!Start("eth", at, end, EthernetHeader.Length))
        {
            return;
        }
        Mac("eth.dst", at);
        Mac("eth.src", at + 6);
        var type = Word(at + 12);
        var payload = at + EthernetHeader.Length;
        if (type >= 0x600)
        {
            Hex16("eth.type", at + 12);
            Payload((EtherType)type, payload, end);
        }
        else
        {
            Number16("eth.len", at + 12);
            Llc(payload, Math.Min(end, payload + type));
        }
    }

    private void Payload(EtherType type, int at, int end)
    {
        switch (type)
        {
            case EtherType.IPv4: IPv4Packet(at, end); break;
            case EtherType.IPv6: IPv6Packet(at, end); break;
            case EtherType.Arp or EtherType.Rarp: Arp(at, end); break;
            case EtherType.Vlan or EtherType.OldProviderVlan: Tag("vlan", "vlan.priority", "vlan.dei", "vlan.id", at, end); break;
            case EtherType.ProviderVlan:
                Tag("ieee8021ad", "ieee8021ad.priority", "ieee8021ad.dei", "ieee8021ad.id", at, end);
                break;
            case EtherType.Lldp: Lldp(at, end); break;
            case EtherType.TransparentEthernet: Ethernet(at, end); break;
            default: break;
        }
    }

    private void Tag(string layer, string priority, string dropEligible, string id, int at, int end)
    {
        if (!Start(layer, at, end, VlanTag.Length))
        {
            return;
        }
        var control = Word(at);
        Number(priority, (ulong)control >> 13, at, 2);
        Number(dropEligible, (ulong)control >> 12 & 1, at, 2);
        Number(id, (ulong)control & 0xFFF, at, 2);
        var type = Word(at + 2);
        if (type >= 0x600)
        {
            if (layer == "vlan")
            {
                Hex16("vlan.etype", at + 2);
            }
            Payload((EtherType)type, at + VlanTag.Length, end);
        }
        else
        {
            Llc(at + VlanTag.Length, Math.Min(end, at + VlanTag.Length + type));
        }
    }

    private void Arp(int at, int end)
    {
        if (!Start("arp", at, end, 8))
        {
            return;
        }
        Number16("arp.hw.type", at);
        Hex16("arp.proto.type", at + 2);
        Number8("arp.hw.size", at + 4);
        Number8("arp.proto.size", at + 5);
        Number16("arp.opcode", at + 6);
        if (Word(at) != 1 || Word(at + 2) != (int)EtherType.IPv4 || _frame[at + 4] != 6 || _frame[at + 5] != 4)
        {
            return; // about other kinds of addresses
        }
        if (end - at < ArpMessage.Length)
        {
            CutShort();
            return;
        }
        Mac("arp.src.hw_mac", at + 8);
        IPv4("arp.src.proto_ipv4", at + 14);
        Mac("arp.dst.hw_mac", at + 18);
        IPv4("arp.dst.proto_ipv4", at + 24);
    }

    /// <summary>IEEE 802.2: DSAP, SSAP, control. 0x42 is the spanning tree's.</summary>
    private void Llc(int at, int end)
    {
        if (!Start("llc", at, end, 3))
        {
            return;
        }
        Hex8("llc.dsap", at);
        Hex8("llc.ssap", at + 1);
        if (_frame[at] == 0x42 && _frame[at + 1] == 0x42 && _frame[at + 2] == 3)
        {
            Stp(at + 3, end);
        }
    }

    private void Stp(int at, int end)
    {
        if (!Start("stp", at, end, 4))
        {
            return;
        }
        Hex16("stp.protocol", at);
        Number8("stp.version", at + 2);
        Hex8("stp.type", at + 3);
        if (_frame[at + 3] == 0x80)
        {
            return; // a topology change has no more
        }
        if (end - at < 35)
        {
            CutShort();
            return;
        }
        Hex8("stp.flags", at + 4);
        Number("stp.root.prio", (ulong)Word(at + 5) & 0xF000, at + 5, 2);
        Number("stp.root.ext", (ulong)Word(at + 5) & 0x0FFF, at + 5, 2);
        Mac("stp.root.hw", at + 7);
        Number32("stp.root.cost", at + 13);
        Number("stp.bridge.prio", (ulong)Word(at + 17) & 0xF000, at + 17, 2);
        Number("stp.bridge.ext", (ulong)Word(at + 17) & 0x0FFF, at + 17, 2);
        Mac("stp.bridge.hw", at + 19);
        Hex16("stp.port", at + 25);
    }

    /// <summary>IEEE 802.1AB: 7 bits type, 9 bits length, value.</summary>
    private void Lldp(int at, int end)
    {
        if (!Start("lldp", at, end, 2))
        {
            return;
        }
        while (end - at >= 2 && !_fields.IsFull)
        {
            var (type, length) = (_frame[at] >> 1, Word(at) & 0x1FF);
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
            switch (type)
            {
                case 1 when length == 7 && _frame[at] == 4: Mac("lldp.chassis.id.mac", at + 1); break;
                case 2 when length > 1 && _frame[at] == 3 && length == 7: Mac("lldp.port.id.mac", at + 1); break;
                case 2 when length > 1 && _frame[at] is 1 or 5 or 7: Text("lldp.port.id", at + 1, length - 1); break;
                case 3 when length >= 2: Number16("lldp.time_to_live", at); break;
                case 4: Text("lldp.port.desc", at, length); break;
                case 5: Text("lldp.tlv.system.name", at, length); break;
                case 6: Text("lldp.tlv.system.desc", at, length); break;
                default: break;
            }
            at += length;
        }
    }
}
