namespace Plumbline.OpenFlow.Simulation;

/// <summary>What the simulation needs to know of an OVS port. Where VLANs are not told, it is a trunk of all.</summary>
public sealed record PortFacts
{
    /// <summary>OpenFlow number.</summary>
    public required int Number { get; init; }

    /// <summary>Name of the interface.</summary>
    public required string Name { get; init; }

    /// <summary>The vlan_mode column; null where empty: access with a tag, trunk without.</summary>
    public VlanMode? VlanMode { get; init; }

    /// <summary>The tag column; null where empty.</summary>
    public int? Tag { get; init; }

    /// <summary>The trunks column; empty for all.</summary>
    public IReadOnlyList<int> Trunks { get; init; } = [];

    /// <summary>The cvlans column; empty for all.</summary>
    public IReadOnlyList<int> CustomerVlans { get; init; } = [];

    /// <summary>other_config:qinq-ethtype, 0x88a8 or 0x8100.</summary>
    public ushort QinqType { get; init; } = 0x88a8;

    /// <summary>other_config:priority-tags: null or <c>never</c>, <c>if-nonzero</c>, <c>always</c>.</summary>
    public string? PriorityTags { get; init; }

    /// <summary>Two such ports never exchange packets.</summary>
    public bool IsProtected { get; init; }

    /// <summary>FLOOD and NORMAL's flooding leave it out.</summary>
    public bool NoFlood { get; init; }

    /// <summary>Nothing is sent to it.</summary>
    public bool NoForward { get; init; }

    /// <summary>What it receives is dropped.</summary>
    public bool NoReceive { get; init; }

    /// <summary>A spanning tree keeps it closed, in this state (<c>listening</c>, <c>blocking</c> …); null: it forwards.</summary>
    public string? ClosedBy { get; init; }

    /// <summary>A mirror's output: NORMAL neither takes from it nor floods to it.</summary>
    public bool IsMirrorOutput { get; init; }

    /// <summary>Is up, for fast-failover groups and bonds.</summary>
    public bool IsLive { get; init; } = true;

    /// <summary>It is one end of a patch; name of the other, null where it has none.</summary>
    public string? PatchPeer { get; init; }

    /// <summary>Type patch.</summary>
    public bool IsPatch { get; init; }

    /// <summary>It is a tunnel; null where not.</summary>
    public TunnelFacts? Tunnel { get; init; }

    /// <summary>Name of the OVS port (bond) whose member it is; null where the port has one interface.</summary>
    public string? Bond { get; init; }

    internal VlanMode Mode => VlanMode ?? (Tag is null ? Simulation.VlanMode.Trunk : Simulation.VlanMode.Access);
}
