namespace Plumbline.Operations.Plugging;

/// <summary>What <c>plug</c> or <c>unplug</c> did, or would do.</summary>
public sealed record PlugResult
{
    /// <summary>The port's UUID.</summary>
    public required string PortId { get; init; }

    /// <summary>The steps taken (or to be taken) in order, each in a few words; empty where all was as it should be.</summary>
    public required IReadOnlyList<string> Steps { get; init; }

    /// <summary>True where the steps were only planned.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>The OVS bridge.</summary>
    public required string Bridge { get; init; }

    /// <summary>The port's local VLAN; null where it has none (yet), and after an unplug.</summary>
    public int? Tag { get; init; }

    /// <summary>qvo's OpenFlow port number; null in a dry run and after an unplug.</summary>
    public int? OfPort { get; init; }

    /// <summary>What the operator should know beside it: no tap yet, no VLAN yet …</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
