namespace Plumbline.Iptables;

/// <summary><c>-d ADDRESS[/MASK]</c>.</summary>
public sealed record DestinationMatch : AddressMatch;
