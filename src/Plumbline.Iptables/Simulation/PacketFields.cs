namespace Plumbline.Iptables.Simulation;

/// <summary>Fields of a packet that rules look at.</summary>
[Flags]
public enum PacketFields
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Source address.</summary>
    Source = 1,

    /// <summary>Destination address.</summary>
    Destination = 2,

    /// <summary>Protocol.</summary>
    Protocol = 4,

    /// <summary>Source port.</summary>
    SourcePort = 8,

    /// <summary>Destination port.</summary>
    DestinationPort = 16,

    /// <summary>TCP flags.</summary>
    TcpFlags = 32,

    /// <summary>ICMP type and code.</summary>
    Icmp = 64,

    /// <summary>Source MAC.</summary>
    SourceMac = 128,

    /// <summary>Destination MAC: unicast, multicast or broadcast.</summary>
    DestinationMac = 256,

    /// <summary>conntrack's state.</summary>
    State = 512,

    /// <summary>Length.</summary>
    Length = 1024,

    /// <summary>TTL or hop limit.</summary>
    HopLimit = 2048,

    /// <summary>TOS.</summary>
    TypeOfService = 4096,

    /// <summary>The packet's mark.</summary>
    Mark = 8192,

    /// <summary>The connection's mark.</summary>
    ConnectionMark = 16384,

    /// <summary>Whether it is a fragment.</summary>
    Fragment = 32768,

    /// <summary>SPI of ESP or AH.</summary>
    SecurityParameterIndex = 65536,
}
