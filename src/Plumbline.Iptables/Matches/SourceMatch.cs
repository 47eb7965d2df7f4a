namespace Plumbline.Iptables;

/// <summary><c>-s ADDRESS[/MASK]</c>.</summary>
public sealed record SourceMatch : AddressMatch;
