namespace Plumbline.Iptables;

/// <summary>What was found in a text, with everything that is wrong in it.</summary>
public sealed record RulesetReading
{
    /// <summary>In the order of the text: one for each dump in it, iptables and ip6tables apart.</summary>
    public required IReadOnlyList<Ruleset> Rulesets { get; init; }

    /// <summary>Address sets found (<c>ipset save</c>, <c>ipset list</c>); only <c>RulesetParser.Recognise</c> looks for them.</summary>
    public IReadOnlyList<AddressSet> Sets { get; init; } = [];

    /// <summary>All of them, in the order of the text. A rule with an error is still in its chain, as far as it was understood.</summary>
    public IReadOnlyList<ParseError> Errors { get; init; } = [];
}
