namespace Plumbline.OpenFlow.Fields;

/// <summary>
/// Where a <see cref="Simulation.FlowKey"/> keeps a value. Several fields may be parts of one slot (reg0 of xxreg0, vlan_vid of the tag), and
/// fields that no packet has at once share one (tp_src, icmp_type), as in <c>struct flow</c> of Open vSwitch.
/// </summary>
internal static class Slot
{
    public const int InPort = 0;
    public const int DlSrc = 1;
    public const int DlDst = 2;
    public const int DlType = 3;
    /// <summary>Outermost tag: TCI in the low 16 bits, TPID above; 0 without a tag.</summary>
    public const int Vlan = 4;
    /// <summary>Second tag, as <see cref="Vlan"/>.</summary>
    public const int InnerVlan = 5;
    public const int NwSrc = 6;
    public const int NwDst = 7;
    public const int Ipv6Src = 8;
    public const int Ipv6Dst = 9;
    public const int Ipv6Label = 10;
    /// <summary>IP protocol, or the operation of ARP.</summary>
    public const int NwProto = 11;
    public const int NwTos = 12;
    public const int NwTtl = 13;
    public const int NwFrag = 14;
    /// <summary>Source port, or the type of ICMP.</summary>
    public const int TpSrc = 15;
    /// <summary>Destination port, or the code of ICMP.</summary>
    public const int TpDst = 16;
    public const int TcpFlags = 17;
    /// <summary>arp_sha, nd_sll.</summary>
    public const int ArpSha = 18;
    /// <summary>arp_tha, nd_tll.</summary>
    public const int ArpTha = 19;
    public const int NdTarget = 20;
    public const int NdReserved = 21;
    public const int NdOptionsType = 22;
    public const int Mpls = 23;
    public const int Mpls1 = 24;
    public const int Mpls2 = 25;
    public const int TunId = 26;
    public const int TunSrc = 27;
    public const int TunDst = 28;
    public const int TunIpv6Src = 29;
    public const int TunIpv6Dst = 30;
    public const int TunTos = 31;
    public const int TunTtl = 32;
    public const int TunFlags = 33;
    public const int TunGbpId = 34;
    public const int TunGbpFlags = 35;
    public const int Metadata = 36;
    /// <summary>xxreg0 to xxreg3 in four slots: reg0 to reg15 from the highest 32 bits down.</summary>
    public const int Registers = 37;
    public const int PktMark = 41;
    public const int SkbPriority = 42;
    public const int CtState = 43;
    public const int CtZone = 44;
    public const int CtMark = 45;
    public const int CtLabel = 46;
    public const int CtNwProto = 47;
    public const int CtNwSrc = 48;
    public const int CtNwDst = 49;
    public const int CtIpv6Src = 50;
    public const int CtIpv6Dst = 51;
    public const int CtTpSrc = 52;
    public const int CtTpDst = 53;
    public const int ConjId = 54;
    public const int RecircId = 55;
    public const int DpHash = 56;
    public const int ActsetOutput = 57;
    public const int PacketType = 58;
    public const int Count = 59;
}
