namespace Plumbline.Iptables;

/// <summary><c>-o DEVICE</c>.</summary>
public sealed record OutInterfaceMatch : InterfaceMatch;
