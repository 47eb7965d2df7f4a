namespace Plumbline.Iptables;

/// <summary><c>-m sctp</c>.</summary>
public sealed record SctpMatch : TransportMatch
{
    /// <summary>--chunk-types as iptables prints it (<c>any INIT,DATA:Be</c>); null where not asked.</summary>
    public Condition<string>? ChunkTypes { get; init; }
}
