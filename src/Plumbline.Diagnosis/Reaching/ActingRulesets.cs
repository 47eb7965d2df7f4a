using Plumbline.Diagnosis.Firewalls;
using Plumbline.Diagnosis.Verdicts;
using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Reaching;

/// <summary>The rulesets that a packet of a family meets, the same that <c>plumb verdict</c> asks.</summary>
internal static class ActingRulesets
{
    public static List<Ruleset> Of(NodeRules firewall, IPFamily family, List<string>? notes = null) =>
        VerdictRules.Of(firewall, family, notes ?? []);
}
