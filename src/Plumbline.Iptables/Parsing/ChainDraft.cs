namespace Plumbline.Iptables;

/// <summary>A chain while it is read.</summary>
internal sealed class ChainDraft(string name)
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>So far.</summary>
    public List<Rule> Rules { get; } = [];

    /// <summary>Null where not told.</summary>
    public Verdict? Policy { get; set; }

    /// <summary>Null where not told.</summary>
    public Counters? Counters { get; set; }

    /// <summary>Null where not told.</summary>
    public int? References { get; set; }

    /// <summary>False: only jumped to.</summary>
    public bool IsShown { get; set; } = true;

    /// <summary>The line that declares it; 0 for none.</summary>
    public int Line { get; set; }

    /// <summary>The chain as it is now.</summary>
    public Chain ToChain() => new()
    {
        Name = name,
        Policy = Policy,
        Counters = Counters,
        References = References,
        Rules = Rules.ToArray(),
        IsShown = IsShown,
        Line = Line,
    };
}
