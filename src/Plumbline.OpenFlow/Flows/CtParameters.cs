using Plumbline.OpenFlow.Fields;

namespace Plumbline.OpenFlow.Flows;

/// <summary>What stands in the parentheses of <c>ct(…)</c> (ovs-actions(7)).</summary>
public sealed record CtParameters
{
    /// <summary>The connection is kept.</summary>
    public bool Commit { get; init; }

    /// <summary>A connection of the other direction is removed first.</summary>
    public bool Force { get; init; }

    /// <summary>Where the tracked packet is looked up next; null: it is not.</summary>
    public TableReference? Table { get; init; }

    /// <summary>The zone, where it is a constant.</summary>
    public int Zone { get; init; }

    /// <summary>The field that holds the zone; null where it is a constant.</summary>
    public FieldReference? ZoneField { get; init; }

    /// <summary>Marks and labels to write to the connection.</summary>
    public IReadOnlyList<FlowAction> Exec { get; init; } = [];

    /// <summary>Addresses are translated; null where not.</summary>
    public NatParameters? Nat { get; init; }

    /// <summary>Parameters without meaning for the way (<c>alg</c>), and those that we do not know.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];
}
