namespace Plumbline.Neutron.Api;

/// <summary>A network as Neutron's API shows it to an administrator.</summary>
/// <param name="Id">UUID.</param>
/// <param name="Name">Display name; may be empty.</param>
/// <param name="IsUp"><c>admin_state_up</c>.</param>
/// <param name="Mtu">Bytes of a layer 3 packet; null where not told.</param>
/// <param name="Type">vxlan, gre, vlan, flat …; null where not told.</param>
/// <param name="PhysicalNetwork">For vlan and flat.</param>
/// <param name="SegmentationId">VNI, GRE key or VLAN.</param>
public sealed record CloudNetwork(
    string Id, string Name, bool IsUp, int? Mtu, string? Type, string? PhysicalNetwork, int? SegmentationId);
