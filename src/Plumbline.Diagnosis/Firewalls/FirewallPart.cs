using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Firewalls;

/// <summary>One ruleset and the tool that printed it.</summary>
/// <param name="Tool"><c>iptables-save</c>, <c>ip6tables-legacy-save</c>, <c>iptables -L</c> …</param>
/// <param name="Ruleset">Its rules.</param>
public sealed record FirewallPart(string Tool, Ruleset Ruleset)
{
    /// <summary>Rules of the old back end, which act beside those of nftables and are invisible to its tools.</summary>
    public bool IsLegacy => Tool.Contains("legacy", StringComparison.Ordinal);
}
