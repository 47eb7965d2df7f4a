namespace Plumbline.Iptables;

/// <summary><c>-j SNAT --to-source</c>.</summary>
public sealed record SnatTarget : AddressNatTarget;
