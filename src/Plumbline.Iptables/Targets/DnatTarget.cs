namespace Plumbline.Iptables;

/// <summary><c>-j DNAT --to-destination</c>.</summary>
public sealed record DnatTarget : AddressNatTarget;
