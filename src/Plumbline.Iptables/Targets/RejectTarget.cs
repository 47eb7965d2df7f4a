namespace Plumbline.Iptables;

/// <summary><c>-j REJECT</c>: drops, and tells the sender.</summary>
/// <param name="With">What it tells: <c>icmp-port-unreachable</c>, <c>tcp-reset</c> …, always set (iptables prints the default too).</param>
public sealed record RejectTarget(string With) : Target;
