namespace Plumbline.Neutron.OpenFlow;

/// <summary>A tunnelled network with a port on this node.</summary>
/// <param name="Type"><c>gre</c>, <c>vxlan</c> or <c>geneve</c>.</param>
/// <param name="SegmentationId">The tunnel key, the same on all nodes.</param>
/// <param name="LocalVlan">Its VLAN on this node's br-int.</param>
public sealed record TunnelNetwork(string Type, uint SegmentationId, int LocalVlan);
