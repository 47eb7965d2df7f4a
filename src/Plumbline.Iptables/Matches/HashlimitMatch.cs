namespace Plumbline.Iptables;

/// <summary><c>-m hashlimit</c>: a <see cref="LimitMatch"/> for each key; a snapshot can't decide it.</summary>
public sealed record HashlimitMatch : Match
{
    /// <summary>True: --hashlimit-above, matches over the rate; false: --hashlimit-upto.</summary>
    public required bool IsAbove { get; init; }

    /// <summary>As iptables prints it: <c>5/min</c>, <c>10mb/s</c>.</summary>
    public required string Rate { get; init; }

    /// <summary>As iptables prints it; null where it prints none.</summary>
    public string? Burst { get; init; }

    /// <summary>--hashlimit-mode: of srcip, srcport, dstip, dstport, in the order iptables prints; empty: one bucket for all.</summary>
    public ValueList<string> Keys { get; init; } = [];

    /// <summary>--hashlimit-name.</summary>
    public required string Name { get; init; }

    /// <summary>What stands after the name, as iptables prints it (table's size, mask, expiry …); null for nothing.</summary>
    public string? Options { get; init; }
}
