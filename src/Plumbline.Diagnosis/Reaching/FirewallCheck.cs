using Plumbline.Diagnosis.Firewalls;
using Plumbline.Iptables;
using Plumbline.Iptables.Symbolic;
using Plumbline.Neutron.SecurityGroups.Roles;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Reaching;

/// <summary>The rules of a node gone through for what does nothing, and for ports that no rule is about.</summary>
public static class FirewallCheck
{
    /// <summary>Checks the rulesets of both families.</summary>
    public static IReadOnlyList<FirewallCheckPart> Run(Topology topology, NodeRules firewall, RuleCheckOptions options)
    {
        var result = new List<FirewallCheckPart>();
        string[] unread = firewall.Unread() is { } lines ? [lines] : [];
        foreach (var family in new[] { IPFamily.IPv4, IPFamily.IPv6 })
        {
            options = options with { Addresses = firewall.Addresses };
            foreach (var ruleset in ActingRulesets.Of(firewall, family))
            {
                var report = RulesetCheck.Check(ruleset, [.. firewall.Sets.Values], options);
                var ours = report.Findings.Where(f => !IsByDesign(ruleset, f)).ToList();
                result.Add(new()
                {
                    Family = family,
                    Report = report with { Findings = ours, Unproved = [.. report.Unproved, .. unread] },
                    ByDesign = report.Findings.Count - ours.Count,
                    PortsWithoutChains = PortsWithoutChains(topology, ruleset),
                });
            }
        }
        return result;
    }

    /// <summary>
    /// What a Neutron agent writes so on purpose: INPUT's rules that can never match, the last rules of a chain behind one that takes
    /// everything, empty chains of its frame, and the ACCEPT that ends the groups' chain.
    /// </summary>
    private static bool IsByDesign(Ruleset ruleset, RuleFinding finding)
    {
        var name = NeutronChain.Parse(finding.Chain);
        if (finding.Kind == RuleFindingKind.UnusedChain)
        {
            return name.Kind is ChainKind.AgentForward or ChainKind.Groups || finding.Chain.Contains("openvswi", StringComparison.Ordinal);
        }
        if (finding.Number == 0 || ruleset.Find(finding.Table)?.Find(finding.Chain) is not { } chain)
        {
            return false;
        }
        return RoleRecogniser.RoleOf(chain, finding.Number - 1).Duty is not (NeutronDuty.Foreign or NeutronDuty.GroupRule);
    }

    private static List<string> PortsWithoutChains(Topology topology, Ruleset ruleset)
    {
        if (ruleset.Find("filter") is not { } filter
            || !filter.Chains.Any(c => NeutronChain.Parse(c.Name).Kind is ChainKind.Groups or ChainKind.AgentForward))
        {
            return [];
        }
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var chain in filter.Chains)
        {
            foreach (var rule in chain.Rules)
            {
                foreach (var match in rule.Matches)
                {
                    if (match is PhysdevMatch { Out: { } device })
                    {
                        named.Add(device.Value.Name);
                    }
                }
            }
        }
        var result = new List<string>();
        foreach (var vif in topology.Vifs)
        {
            if (vif.HybridBridge is not null && vif.Device is { } device && topology.Find(device)?.Name is { } tap && !named.Contains(tap))
            {
                result.Add(tap);
            }
        }
        return result;
    }
}
