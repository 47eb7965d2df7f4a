namespace Plumbline.Linux.Netlink;

/// <summary>IFLA_BRPORT_* of a member of a Linux bridge.</summary>
public sealed partial record BridgePortData
{
    /// <summary>IFLA_BRPORT_STATE.</summary>
    public BridgePortState? State { get; init; }

    /// <summary>IFLA_BRPORT_MODE: hairpin, frames may leave where they came in.</summary>
    public bool? Hairpin { get; init; }

    /// <summary>IFLA_BRPORT_LEARNING.</summary>
    public bool? Learning { get; init; }

    /// <summary>IFLA_BRPORT_UNICAST_FLOOD.</summary>
    public bool? UnicastFlood { get; init; }

    /// <summary>IFLA_BRPORT_ISOLATED.</summary>
    public bool? Isolated { get; init; }
}
