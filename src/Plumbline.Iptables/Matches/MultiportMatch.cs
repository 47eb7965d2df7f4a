using Plumbline.Primitives;

namespace Plumbline.Iptables;

/// <summary><c>-m multiport</c>.</summary>
public sealed record MultiportMatch : Match
{
    /// <summary>Which port.</summary>
    public required MultiportKind Kind { get; init; }

    /// <summary>At most 15 numbers; a range counts for two.</summary>
    public required ValueList<PortRange> Ports { get; init; }
}
