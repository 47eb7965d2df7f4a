using Plumbline.OpenFlow.Flows;
using Plumbline.OpenFlow.Groups;
using Plumbline.OpenFlow.Ports;

namespace Plumbline.OpenFlow.Simulation;

/// <summary>What the simulation needs to know of a bridge. Null means "not told", and makes answers that need it uncertain.</summary>
public sealed record BridgeFacts
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its flows.</summary>
    public IReadOnlyList<Flow> Flows { get; init; } = [];

    /// <summary>Its groups; null where not told.</summary>
    public IReadOnlyList<FlowGroup>? Groups { get; init; }

    /// <summary>All its ports, its own (LOCAL) too; null where not told.</summary>
    public IReadOnlyList<PortFacts>? Ports { get; init; }

    /// <summary>What NORMAL has learned; null where not told.</summary>
    public IReadOnlyList<FdbEntry>? Fdb { get; init; }

    /// <summary>Names of tables, for flows that were printed with <c>--names</c>.</summary>
    public IReadOnlyDictionary<string, int>? TableNames { get; init; }

    /// <summary>other_config:forward-bpdu: NORMAL forwards reserved group addresses too.</summary>
    public bool ForwardBpdu { get; init; }

    /// <summary>mcast_snooping_enable.</summary>
    public bool McastSnooping { get; init; }
}
