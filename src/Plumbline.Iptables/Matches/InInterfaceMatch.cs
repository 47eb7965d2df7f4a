namespace Plumbline.Iptables;

/// <summary><c>-i DEVICE</c>.</summary>
public sealed record InInterfaceMatch : InterfaceMatch;
