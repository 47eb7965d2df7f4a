using Plumbline.OpenFlow.Fields;

namespace Plumbline.OpenFlow.Flows;

/// <summary>What stands in the parentheses of <c>learn(…)</c>.</summary>
public sealed record LearnTemplate
{
    /// <summary>Table of the flow that it makes.</summary>
    public TableReference Table { get; init; } = new(1, null);

    /// <summary>Its priority.</summary>
    public int Priority { get; init; } = Flow.DefaultPriority;

    /// <summary>Timeouts, cookie, limits and the like, as printed.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>What it matches and does.</summary>
    public IReadOnlyList<LearnTerm> Terms { get; init; } = [];

    /// <summary>A bit that says whether it could be learned; null where none.</summary>
    public FieldReference? ResultTarget { get; init; }
}
