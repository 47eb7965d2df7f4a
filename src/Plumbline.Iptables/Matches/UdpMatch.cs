namespace Plumbline.Iptables;

/// <summary><c>-m udp</c>.</summary>
public sealed record UdpMatch : TransportMatch;
