namespace Plumbline.Node.Facts;

/// <summary>A VLAN of a Linux bridge's port (bridge(8), <c>vlan show</c>).</summary>
/// <param name="Device">The port, or the bridge itself.</param>
/// <param name="Vlan">1–4094.</param>
/// <param name="IsNative">PVID: untagged frames that come in belong to it.</param>
/// <param name="IsUntagged">Frames of it go out without a tag.</param>
public sealed record BridgeVlan(string Device, int Vlan, bool IsNative, bool IsUntagged);
