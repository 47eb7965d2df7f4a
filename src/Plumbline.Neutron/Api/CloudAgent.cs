namespace Plumbline.Neutron.Api;

/// <summary>An agent.</summary>
/// <param name="Binary">neutron-openvswitch-agent, neutron-dhcp-agent …</param>
/// <param name="Host">Its node, as Neutron calls it.</param>
/// <param name="IsAlive">It reported lately.</param>
/// <param name="IsUp"><c>admin_state_up</c>.</param>
/// <param name="TunnelingIP">Where its node takes tunnels in; null: nowhere.</param>
/// <param name="TunnelTypes">vxlan, gre …</param>
/// <param name="HasL2Population">Tunnels are made only where somebody needs them.</param>
public sealed record CloudAgent(
    string Binary, string Host, bool? IsAlive, bool IsUp, string? TunnelingIP, IReadOnlyList<string> TunnelTypes, bool HasL2Population);
