namespace Plumbline.Packets;

/// <summary>The innermost tunnel that a packet came in.</summary>
public enum TunnelKind : byte
{
    /// <summary>None.</summary>
    None,

    /// <summary>RFC 7348.</summary>
    Vxlan,

    /// <summary>RFC 8926.</summary>
    Geneve,

    /// <summary>RFC 2784.</summary>
    Gre,

    /// <summary>A switch's mirror over GRE.</summary>
    Erspan,

    /// <summary>IPv4 or IPv6 in either.</summary>
    IpInIp,
}
