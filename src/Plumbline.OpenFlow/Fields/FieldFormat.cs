namespace Plumbline.OpenFlow.Fields;

/// <summary>How a field's value is written.</summary>
public enum FieldFormat
{
    /// <summary>A decimal number.</summary>
    Decimal,

    /// <summary>A hexadecimal number with 0x.</summary>
    Hexadecimal,

    /// <summary>An Ethernet address.</summary>
    Mac,

    /// <summary>An IPv4 address; masks as a prefix length or dotted.</summary>
    Ipv4,

    /// <summary>An IPv6 address; masks as a prefix length or an address.</summary>
    Ipv6,

    /// <summary>An OpenFlow port: a number, a reserved name, or a port's own name.</summary>
    Port,

    /// <summary><c>no</c>, <c>yes</c>, <c>first</c>, <c>later</c>, <c>not_later</c>.</summary>
    Fragment,

    /// <summary>Flags of TCP: <c>+syn-ack</c> or <c>syn|ack</c>.</summary>
    TcpFlags,

    /// <summary>State of conntrack: <c>+trk+new</c> or <c>trk|new</c>.</summary>
    CtState,

    /// <summary>Flags of a tunnel: <c>df|csum|key|oam</c>.</summary>
    TunnelFlags,

    /// <summary>Namespace and type, <c>(0,0x800)</c>.</summary>
    PacketType,
}
