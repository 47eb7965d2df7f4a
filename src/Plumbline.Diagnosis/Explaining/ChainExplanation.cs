using Plumbline.Diagnosis.Explaining.Wording;
using Plumbline.Iptables;
using Plumbline.Neutron.SecurityGroups.Roles;

namespace Plumbline.Diagnosis.Explaining;

/// <summary>One chain, explained: all of its rules, or those alone that concern one port.</summary>
public sealed record ChainExplanation
{
    /// <summary>The table.</summary>
    public required string Table { get; init; }

    /// <summary>The chain's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its place in Neutron's frame.</summary>
    public required ChainKind Kind { get; init; }

    /// <summary>What it is for.</summary>
    public required Sentence Title { get; init; }

    /// <summary>Of a built-in chain.</summary>
    public Verdict? Policy { get; init; }

    /// <summary>False: the text does not show it.</summary>
    public bool IsShown { get; init; } = true;

    /// <summary>It stands in an earlier section already; its rules are not repeated.</summary>
    public bool IsShownAbove { get; init; }

    /// <summary>The line it begins on; 0 where not told.</summary>
    public int Line { get; init; }

    /// <summary>In order.</summary>
    public IReadOnlyList<RuleExplanation> Rules { get; init; } = [];

    /// <summary>How many rules of other ports stand between them.</summary>
    public int OthersLeftOut { get; init; }

    /// <summary>About the whole chain: counters that do not add up.</summary>
    public IReadOnlyList<Sentence.Phrase> Notes { get; init; } = [];
}
