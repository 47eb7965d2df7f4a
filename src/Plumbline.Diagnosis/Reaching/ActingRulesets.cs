using Plumbline.Diagnosis.Firewalls;
using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Reaching;

/// <summary>The rulesets that a packet of a family meets: those of nftables and, beside them, legacy ones.</summary>
internal static class ActingRulesets
{
    public static List<Ruleset> Of(NodeRules firewall, IPFamily family)
    {
        var result = new List<Ruleset>();
        if (firewall.Find(family) is { } first)
        {
            result.Add(first);
            var legacy = firewall.Rulesets.FirstOrDefault(r => r.IsLegacy && r.Ruleset.Family == family)?.Ruleset;
            if (legacy is not null && !ReferenceEquals(legacy, first))
            {
                result.Add(legacy);
            }
        }
        return result;
    }
}
