using Plumbline.OpenFlow.Flows;

namespace Plumbline.OpenFlow.Simulation.Compiled;

/// <summary>A flow, ready to be looked up.</summary>
internal sealed class CompiledRule
{
    public required Flow Flow { get; init; }

    public required int Priority { get; init; }

    /// <summary>By slot, each slot once.</summary>
    public required Condition[] Conditions { get; init; }

    /// <summary>What we could not read in its match; null where all was.</summary>
    public string? Unknown { get; init; }

    /// <summary>It is a dimension of these conjunctions; empty for a plain flow.</summary>
    public FlowAction.Conjunction[] Conjunctions { get; init; } = [];

    /// <summary>Asks for the same, at the same priority: a switch has only one of them.</summary>
    public bool IsSameMatch(CompiledRule other) => Priority == other.Priority && Conditions.AsSpan().SequenceEqual(other.Conditions);

    public bool Matches(FlowKey key)
    {
        foreach (var condition in Conditions)
        {
            if ((key[condition.Slot] & condition.Mask) != condition.Value)
            {
                return false;
            }
        }
        return true;
    }
}
