using Plumbline.Diagnosis.Explaining.Wording;

namespace Plumbline.Diagnosis.Explaining;

/// <summary>The answer of <c>plumb explain</c>: sentences, not yet in any language.</summary>
public sealed record FirewallExplanation
{
    /// <summary>The port that it is about; null where whole chains are explained.</summary>
    public FirewallTarget? Target { get; init; }

    /// <summary>What an operator wants first: of the first state, both families.</summary>
    public IReadOnlyList<Sentence> Summary { get; init; } = [];

    /// <summary>IPv4 first; several of one family where the text shows several moments.</summary>
    public required IReadOnlyList<StateExplanation> States { get; init; }
}
