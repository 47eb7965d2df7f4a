namespace Plumbline.Iptables;

/// <summary><c>-m set --match-set NAME src,dst</c>.</summary>
public sealed record SetMatch : Match
{
    /// <summary>The set's name.</summary>
    public required string Name { get; init; }

    /// <summary>One for each dimension, at most 6.</summary>
    public required ValueList<SetDirection> Directions { get; init; }

    /// <summary>--return-nomatch: an entry with <c>nomatch</c> counts as a hit.</summary>
    public bool ReturnNomatch { get; init; }

    /// <summary>The options about counters (--update-counters, --packets-eq …) as iptables prints them; null where there are none.</summary>
    public string? CounterOptions { get; init; }
}
