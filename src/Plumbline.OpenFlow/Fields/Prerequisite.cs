namespace Plumbline.OpenFlow.Fields;

/// <summary>What a packet must be to have a field (ovs-fields(7), "Prerequisites").</summary>
public enum Prerequisite
{
    /// <summary>Every packet has it.</summary>
    None,

    /// <summary>An 802.1Q tag.</summary>
    Vlan,

    /// <summary>Ethernet type 0x0806 or 0x8035.</summary>
    Arp,

    /// <summary>IPv4.</summary>
    Ipv4,

    /// <summary>IPv6.</summary>
    Ipv6,

    /// <summary>IPv4 or IPv6.</summary>
    Ip,

    /// <summary>MPLS.</summary>
    Mpls,

    /// <summary>TCP over IP, no later fragment.</summary>
    Tcp,

    /// <summary>UDP over IP, no later fragment.</summary>
    Udp,

    /// <summary>SCTP over IP, no later fragment.</summary>
    Sctp,

    /// <summary>TCP, UDP or SCTP: the fields that Open vSwitch calls tp_src and tp_dst.</summary>
    Transport,

    /// <summary>ICMP over IPv4.</summary>
    Icmp,

    /// <summary>ICMPv6.</summary>
    Icmp6,

    /// <summary>A neighbour solicitation or advertisement.</summary>
    Nd,

    /// <summary>A neighbour solicitation.</summary>
    NdSolicit,

    /// <summary>A neighbour advertisement.</summary>
    NdAdvert,
}
