using Plumbline.Diagnosis.Explaining.Wording;
using Plumbline.Iptables;
using Plumbline.Neutron.SecurityGroups.Roles;

namespace Plumbline.Diagnosis.Explaining;

/// <summary>One rule, explained.</summary>
public sealed record RuleExplanation
{
    /// <summary>Its number in its chain, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The rule itself.</summary>
    public required Rule Rule { get; init; }

    /// <summary>What it stands for.</summary>
    public required RuleRole Role { get; init; }

    /// <summary>What it does, in one sentence.</summary>
    public required Sentence Sentence { get; init; }

    /// <summary>What it stands for in a word or two; null where the sentence says it all.</summary>
    public Sentence? Label { get; init; }

    /// <summary>By the way: misreadings, set members, rules that are never reached.</summary>
    public IReadOnlyList<Sentence.Phrase> Notes { get; init; } = [];

    /// <summary>Nothing gets here.</summary>
    public bool IsUnreachable { get; init; }
}
