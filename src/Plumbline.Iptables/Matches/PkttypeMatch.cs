namespace Plumbline.Iptables;

/// <summary><c>-m pkttype</c>.</summary>
public sealed record PkttypeMatch : Match
{
    /// <summary>The type.</summary>
    public required PacketType Type { get; init; }
}
