namespace Plumbline.Iptables;

/// <summary>How the node's routing sees an address (linux/rtnetlink.h, RTN_*), as bits.</summary>
[Flags]
public enum AddressTypes
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>UNSPEC: the address 0.0.0.0.</summary>
    Unspec = 1,

    /// <summary>UNICAST.</summary>
    Unicast = 2,

    /// <summary>LOCAL: the node's own.</summary>
    Local = 4,

    /// <summary>BROADCAST.</summary>
    Broadcast = 8,

    /// <summary>ANYCAST.</summary>
    Anycast = 16,

    /// <summary>MULTICAST.</summary>
    Multicast = 32,

    /// <summary>BLACKHOLE.</summary>
    Blackhole = 64,

    /// <summary>UNREACHABLE.</summary>
    Unreachable = 128,

    /// <summary>PROHIBIT.</summary>
    Prohibit = 256,

    /// <summary>THROW.</summary>
    Throw = 512,

    /// <summary>NAT.</summary>
    Nat = 1024,

    /// <summary>XRESOLVE.</summary>
    Xresolve = 2048,
}
