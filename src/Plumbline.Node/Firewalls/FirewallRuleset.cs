using Plumbline.Iptables;

namespace Plumbline.Node.Firewalls;

/// <summary>A ruleset of a snapshot, with what it was read from.</summary>
/// <param name="Tool">As in <see cref="Facts.FirewallText.Tool"/>.</param>
/// <param name="Ruleset">The rules.</param>
public sealed record FirewallRuleset(string Tool, Ruleset Ruleset)
{
    /// <summary>
    /// Of the back end that <c>iptables</c> does not mean on this node, nearly always iptables-legacy: the kernel consults it beside the
    /// other one.
    /// </summary>
    public bool IsLegacy => Tool.Contains("legacy", StringComparison.Ordinal) || Tool.Contains("-nft-", StringComparison.Ordinal);
}
