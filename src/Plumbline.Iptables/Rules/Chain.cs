namespace Plumbline.Iptables;

/// <summary>A chain and its rules.</summary>
public sealed record Chain
{
    /// <summary>Its name, at most 28 characters in the kernel.</summary>
    public required string Name { get; init; }

    /// <summary>What a base chain does at its end; null for a user's chain, and where not told.</summary>
    public Verdict? Policy { get; init; }

    /// <summary>Packets that reached the policy; null where not told.</summary>
    public Counters? Counters { get; init; }

    /// <summary>Rules that jump here, as <c>-L</c> counts them; null where not told.</summary>
    public int? References { get; init; }

    /// <summary>In order. Empty and <see cref="IsShown"/>: the chain really is empty.</summary>
    public IReadOnlyList<Rule> Rules { get; init; } = [];

    /// <summary>False: some rule jumps here but the text does not show the chain, so what it does is unknown, never "nothing".</summary>
    public bool IsShown { get; init; } = true;

    /// <summary>The line on which the chain is declared, from 1; 0 where nothing declares it.</summary>
    public int Line { get; init; }
}
