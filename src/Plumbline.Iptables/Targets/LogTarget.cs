namespace Plumbline.Iptables;

/// <summary><c>-j LOG</c>. The walk goes on.</summary>
public sealed record LogTarget : Target
{
    /// <summary>--log-prefix, at most 29 characters; null for none.</summary>
    public string? Prefix { get; init; }

    /// <summary>--log-level, 0 (emerg) to 7 (debug).</summary>
    public byte Level { get; init; } = 4;

    /// <summary>--log-tcp-sequence.</summary>
    public bool TcpSequence { get; init; }

    /// <summary>--log-tcp-options.</summary>
    public bool TcpOptions { get; init; }

    /// <summary>--log-ip-options.</summary>
    public bool IPOptions { get; init; }

    /// <summary>--log-uid.</summary>
    public bool Uid { get; init; }

    /// <summary>--log-macdecode.</summary>
    public bool MacDecode { get; init; }
}
