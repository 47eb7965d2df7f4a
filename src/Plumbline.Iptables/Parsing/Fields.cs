namespace Plumbline.Iptables;

/// <summary>The columns of a listed rule, as they stand.</summary>
internal readonly record struct Fields
{
    /// <summary>Null where not shown.</summary>
    public Counters? Counters { get; init; }

    /// <summary>Empty for none.</summary>
    public Word Target { get; init; }

    /// <summary>Name or number, <c>!</c> before it for another.</summary>
    public Word Protocol { get; init; }

    /// <summary><c>--</c>, <c>-f</c>, <c>!f</c>; empty where the column is not printed.</summary>
    public string Fragment { get; init; }

    /// <summary>Empty text where not shown.</summary>
    public Word In { get; init; }

    /// <summary>Empty text where not shown.</summary>
    public Word Out { get; init; }

    /// <summary>Address, network, name or <c>anywhere</c>.</summary>
    public Word Source { get; init; }

    /// <summary>Likewise.</summary>
    public Word Destination { get; init; }

    /// <summary>Where they end.</summary>
    public int End { get; init; }
}
