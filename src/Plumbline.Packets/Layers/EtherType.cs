namespace Plumbline.Packets.Layers;

/// <summary>What an Ethernet frame carries (IEEE 802 numbers); below 1536 the field is a length (IEEE 802.3).</summary>
internal enum EtherType : ushort
{
    IPv4 = 0x0800,
    Arp = 0x0806,
    Erspan3 = 0x22EB,
    TransparentEthernet = 0x6558,
    Rarp = 0x8035,
    Vlan = 0x8100,
    IPv6 = 0x86DD,
    ProviderVlan = 0x88A8,
    Erspan = 0x88BE,
    Lldp = 0x88CC,
    OldProviderVlan = 0x9100,
}
