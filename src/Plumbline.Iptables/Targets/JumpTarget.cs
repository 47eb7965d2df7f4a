namespace Plumbline.Iptables;

/// <summary><c>-j CHAIN</c> or <c>-g CHAIN</c>.</summary>
/// <param name="Chain">The user's chain.</param>
/// <param name="IsGoto">The chain's end returns to our caller, not to us.</param>
public sealed record JumpTarget(string Chain, bool IsGoto = false) : Target;
