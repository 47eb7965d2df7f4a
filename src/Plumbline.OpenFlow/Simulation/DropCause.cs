using Plumbline.OpenFlow.Flows;

namespace Plumbline.OpenFlow.Simulation;

/// <summary>A copy of the packet ended.</summary>
/// <param name="Bridge">On which bridge.</param>
/// <param name="Table">In which table.</param>
/// <param name="Flow">By which flow; null where none matched.</param>
/// <param name="Why">In words.</param>
public sealed record DropCause(string Bridge, int Table, Flow? Flow, string Why)
{
    /// <summary>How many of <see cref="SimulationResult.Steps"/> came before it ended.</summary>
    public int Step { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Bridge}, table {Table}{(Flow is null || Flow.MatchText.Length == 0 ? "" : $" ({Flow.MatchText})")}: {Why}";
}
