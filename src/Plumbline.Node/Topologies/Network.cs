namespace Plumbline.Node.Topologies;

/// <summary>A Neutron network as this node shows it.</summary>
/// <param name="LocalVlan">Its VLAN on br-int, a number of this node only.</param>
/// <param name="Id">Network UUID (other_config:net_uuid, or the qdhcp namespace's name).</param>
/// <param name="Type">gre, vxlan, vlan, flat, local …</param>
/// <param name="PhysicalNetwork">For vlan and flat.</param>
/// <param name="SegmentationId">VNI or outer VLAN.</param>
public sealed record Network(int? LocalVlan, string? Id, string? Type, string? PhysicalNetwork, int? SegmentationId)
{
    /// <summary>What Neutron calls it; null where its API was not asked.</summary>
    public string? Name { get; init; }
}
