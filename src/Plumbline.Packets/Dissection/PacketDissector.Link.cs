using Plumbline.Packets.Layers;

namespace Plumbline.Packets.Dissection;

/// <summary>Ethernet, VLAN tags, ARP, LLC.</summary>
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
}
