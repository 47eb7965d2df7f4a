namespace Plumbline.Iptables;

/// <summary><c>-m icmp6 --icmpv6-type</c>.</summary>
public sealed record Icmpv6Match : IcmpTypeMatch;
