namespace Plumbline.Linux.Netlink;

/// <summary>A VLAN that a Linux bridge lets through a port (<c>struct bridge_vlan_info</c>).</summary>
/// <param name="IfIndex">The port, or the bridge itself.</param>
/// <param name="Vlan">1–4094.</param>
/// <param name="IsNative">BRIDGE_VLAN_INFO_PVID: untagged frames that come in belong to it.</param>
/// <param name="IsUntagged">BRIDGE_VLAN_INFO_UNTAGGED: frames of it go out without a tag.</param>
/// <param name="IsOfBridge">BRIDGE_VLAN_INFO_MASTER.</param>
public sealed record PortVlan(int IfIndex, int Vlan, bool IsNative, bool IsUntagged, bool IsOfBridge);
