using Plumbline.Iptables;

namespace Plumbline.Node.Firewalls;

/// <summary>Something in a snapshot's firewall text that could not be read.</summary>
/// <param name="Tool">Whose text, as in <see cref="Facts.FirewallText.Tool"/>.</param>
/// <param name="Error">What and where in that text.</param>
public sealed record FirewallError(string Tool, ParseError Error);
