using Plumbline.Primitives;

namespace Plumbline.Operations.Plugging;

/// <summary>Which port to plug, and how.</summary>
public sealed record PlugOptions
{
    /// <summary>The Neutron port's UUID, whole; its first 11 characters name the devices.</summary>
    public required string PortId { get; init; }

    /// <summary>The guest's MAC; written to <c>attached-mac</c>.</summary>
    public required MacAddress Address { get; init; }

    /// <summary>
    /// The network's UUID. Its local VLAN is that of a port of the same network on the bridge, else the lowest free one. Null
    /// together with <see cref="Tag"/>: the VLAN is left to the OVS agent.
    /// </summary>
    public string? NetworkId { get; init; }

    /// <summary>other_config:network_type of a network that is new on this node: gre, vxlan, vlan …</summary>
    public string? NetworkType { get; init; }

    /// <summary>other_config:segmentation_id of a network that is new on this node.</summary>
    public int? SegmentationId { get; init; }

    /// <summary>The local VLAN, 1–4094.</summary>
    public int? Tag { get; init; }

    /// <summary>The instance's name, kept in external_ids under <see cref="HybridPlug.InstanceNameKey"/>.</summary>
    public string? InstanceName { get; init; }

    /// <summary>The instance's UUID, kept in <c>vm-uuid</c> as os-vif does.</summary>
    public string? InstanceId { get; init; }

    /// <summary>The OVS bridge; it must exist.</summary>
    public string Bridge { get; init; } = "br-int";

    /// <summary>
    /// Bytes; null: as the chain has it already, else as another port of the network has it, else 1500.
    /// </summary>
    public int? Mtu { get; init; }

    /// <summary>The instance's tap where it is not named after the port. It is put into the qbr if it exists, and never renamed.</summary>
    public string? Tap { get; init; }
}
