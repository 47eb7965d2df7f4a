namespace Plumbline.Iptables;

/// <summary>The flags of a TCP header (RFC 9293 §3.1), as in its octet.</summary>
[Flags]
public enum TcpFlags
{
    /// <summary>NONE.</summary>
    None = 0,

    /// <summary>FIN.</summary>
    Fin = 1,

    /// <summary>SYN.</summary>
    Syn = 2,

    /// <summary>RST.</summary>
    Rst = 4,

    /// <summary>PSH.</summary>
    Psh = 8,

    /// <summary>ACK.</summary>
    Ack = 16,

    /// <summary>URG.</summary>
    Urg = 32,

    /// <summary>All six that iptables names: ALL.</summary>
    All = 63,
}
