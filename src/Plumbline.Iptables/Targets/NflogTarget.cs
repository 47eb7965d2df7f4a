namespace Plumbline.Iptables;

/// <summary><c>-j NFLOG</c>: to a program that listens. The walk goes on.</summary>
public sealed record NflogTarget : Target
{
    /// <summary>--nflog-group.</summary>
    public ushort Group { get; init; }

    /// <summary>--nflog-prefix, at most 63 characters; null for none.</summary>
    public string? Prefix { get; init; }

    /// <summary>--nflog-range in octets (without effect in kernels); null for none.</summary>
    public uint? Range { get; init; }

    /// <summary>--nflog-size in octets; null for none.</summary>
    public uint? Size { get; init; }

    /// <summary>--nflog-threshold in packets; null for none, which is 1.</summary>
    public ushort? Threshold { get; init; }
}
