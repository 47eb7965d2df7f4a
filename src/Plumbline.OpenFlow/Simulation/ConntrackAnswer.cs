using Plumbline.OpenFlow.Fields;

namespace Plumbline.OpenFlow.Simulation;

/// <summary>What the connection tracker says of a packet.</summary>
public sealed record ConntrackAnswer
{
    /// <summary>Its state.</summary>
    public required CtState State { get; init; }

    /// <summary>The connection's mark.</summary>
    public uint Mark { get; init; }

    /// <summary>The connection's label.</summary>
    public UInt128 Label { get; init; }

    /// <summary>The packet with its addresses translated, and with ct_nw_src and the like; null: as it went in.</summary>
    public FlowKey? Translated { get; init; }

    /// <summary>It is not known, only taken to be so: why. Null where it is known.</summary>
    public string? Assumption { get; init; }
}
