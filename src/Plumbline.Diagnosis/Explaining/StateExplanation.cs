using Plumbline.Diagnosis.Explaining.Wording;
using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Explaining;

/// <summary>One family's chains at one moment. A text may show several moments one after another, as a tutorial does.</summary>
public sealed record StateExplanation
{
    /// <summary>iptables or ip6tables.</summary>
    public required IPFamily Family { get; init; }

    /// <summary>From 1, in the order of the text.</summary>
    public required int Number { get; init; }

    /// <summary>What an operator wants first. Of the first states of both families together the explanation tells it.</summary>
    public IReadOnlyList<Sentence> Summary { get; init; } = [];

    /// <summary>The whole way; of a later state only the chains that changed.</summary>
    public IReadOnlyList<ExplanationSection> Sections { get; init; } = [];

    /// <summary>Of a later state: rules that came and went.</summary>
    public IReadOnlyList<RuleChange> Changes { get; init; } = [];
}
