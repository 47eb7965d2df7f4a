namespace Plumbline.Iptables.Simulation;

/// <summary>What conntrack says of one packet.</summary>
public enum ConntrackState
{
    /// <summary>First of a connection, or one whose other side has not answered.</summary>
    New,

    /// <summary>Of a connection that has seen packets both ways.</summary>
    Established,

    /// <summary>About another connection: an ICMP error, or an expected one.</summary>
    Related,

    /// <summary>Fits nothing: a SYN+ACK without its SYN.</summary>
    Invalid,

    /// <summary>Exempt: NOTRACK, or ICMPv6 of neighbour and multicast discovery.</summary>
    Untracked,
}
