namespace Plumbline.Node.Facts;

/// <summary>Connections that the kernel tracks in a namespace.</summary>
public sealed record ConntrackFacts
{
    /// <summary>net.netfilter.nf_conntrack_count; null where not told.</summary>
    public long? Count { get; init; }

    /// <summary>net.netfilter.nf_conntrack_max, which all namespaces share; null where not told.</summary>
    public long? Maximum { get; init; }

    /// <summary>The entries as <c>conntrack -L</c> prints them, one a line; null where not told.</summary>
    public string? Entries { get; init; }
}
