namespace Plumbline.Iptables;

/// <summary>
/// A part of a rule from one of <c>-s -d -i -o -p -f -m -j -g</c> to the next, read once: rules share the objects of equal texts.
/// </summary>
internal sealed class Segment
{
    /// <summary>Its matches; empty for a target.</summary>
    public Match[] Matches { get; init; } = [];

    /// <summary>Its target; null for a match.</summary>
    public Target? Target { get; init; }

    /// <summary>It can't be read by itself (an error, an option of another module, several addresses): the whole rule must be.</summary>
    public bool NeedsRule { get; init; }
}
