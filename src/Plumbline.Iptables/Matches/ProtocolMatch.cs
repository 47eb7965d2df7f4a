namespace Plumbline.Iptables;

/// <summary><c>-p PROTOCOL</c>.</summary>
public sealed record ProtocolMatch : Match
{
    /// <summary>1 to 255 (RFC 790's successors). For IPv6: the last header of the chain that is no extension header.</summary>
    public required byte Number { get; init; }

    /// <summary>The name that iptables prints, by Debian's /etc/protocols; the number where it has none.</summary>
    public string Name => ProtocolNames.NameOf(Number);
}
