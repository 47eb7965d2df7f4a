using Plumbline.OpenFlow.Flows;

namespace Plumbline.OpenFlow.Groups;

/// <summary>One choice of a group.</summary>
public sealed record Bucket
{
    /// <summary>Its number within the group; null where not printed.</summary>
    public uint? Id { get; init; }

    /// <summary>Its share in a select group; 0: never chosen. 1 where not printed.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>It lives while this port does; null where nothing is watched.</summary>
    public PortReference? WatchPort { get; init; }

    /// <summary>It lives while this group has a live bucket; null where nothing is watched.</summary>
    public uint? WatchGroup { get; init; }

    /// <summary>Done as an action set.</summary>
    public IReadOnlyList<FlowAction> Actions { get; init; } = [];
}
