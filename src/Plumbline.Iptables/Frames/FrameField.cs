namespace Plumbline.Iptables.Frames;

/// <summary>What a rule of ebtables or arptables asks of a frame.</summary>
public enum FrameField
{
    /// <summary>Something that is not understood.</summary>
    Unknown,

    /// <summary>The device that it came in by.</summary>
    In,

    /// <summary>The device that it goes out by.</summary>
    Out,

    /// <summary>The bridge that it came in by.</summary>
    LogicalIn,

    /// <summary>The bridge that it goes out by.</summary>
    LogicalOut,

    /// <summary>Ethernet type; 0x8100 of one with a tag.</summary>
    EtherType,

    /// <summary>Source MAC.</summary>
    SourceMac,

    /// <summary>Destination MAC.</summary>
    DestinationMac,

    /// <summary>VLAN id of its tag.</summary>
    Vlan,

    /// <summary>skb->mark.</summary>
    Mark,

    /// <summary>IPv4 source.</summary>
    IPv4Source,

    /// <summary>IPv4 destination.</summary>
    IPv4Destination,

    /// <summary>IPv6 source.</summary>
    IPv6Source,

    /// <summary>IPv6 destination.</summary>
    IPv6Destination,

    /// <summary>Protocol above IP.</summary>
    Protocol,

    /// <summary>Source port.</summary>
    SourcePort,

    /// <summary>Destination port.</summary>
    DestinationPort,

    /// <summary>ICMP or ICMPv6 type.</summary>
    IcmpType,

    /// <summary>ICMP or ICMPv6 code.</summary>
    IcmpCode,

    /// <summary>1 an ARP question, 2 an answer.</summary>
    ArpOperation,

    /// <summary>Sender's address in ARP.</summary>
    ArpSourceIP,

    /// <summary>Address that ARP asks for.</summary>
    ArpTargetIP,

    /// <summary>Sender's MAC in ARP.</summary>
    ArpSourceMac,

    /// <summary>Target's MAC in ARP.</summary>
    ArpTargetMac,

    /// <summary>State of its connection, as bits of nf_conntrack: 1 invalid, 2 established, 4 related, 8 new, 64 untracked.</summary>
    ConnectionState,
}
