namespace Plumbline.Neutron.OpenFlow;

/// <summary>A tunnel port of br-tun.</summary>
/// <param name="Type"><c>gre</c>, <c>vxlan</c> or <c>geneve</c>.</param>
/// <param name="OfPort">Its OpenFlow port number.</param>
public sealed record TunnelPort(string Type, int OfPort);
