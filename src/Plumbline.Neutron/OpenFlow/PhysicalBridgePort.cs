namespace Plumbline.Neutron.OpenFlow;

/// <summary>br-int's patch port to a physical network's bridge.</summary>
/// <param name="OfPort">Its OpenFlow port number.</param>
/// <param name="LocalVlans">The local VLAN of each network on it, by VLAN id outside; null as a key is the flat network.</param>
public sealed record PhysicalBridgePort(int OfPort, IReadOnlyList<(int? Outside, int LocalVlan)> LocalVlans);
