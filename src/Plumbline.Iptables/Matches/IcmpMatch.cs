namespace Plumbline.Iptables;

/// <summary><c>-m icmp --icmp-type</c>.</summary>
public sealed record IcmpMatch : IcmpTypeMatch;
