using Plumbline.Diagnosis.Comparing;
using Plumbline.Iptables;
using Plumbline.Neutron.SecurityGroups;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Checking;

/// <summary>The firewall: against what Neutron wants where that is told, else whether it is there and asked at all.</summary>
internal static class FirewallChecks
{
    public static void Run(CheckContext context)
    {
        foreach (var node in context.Nodes)
        {
            if (node.Rules.Rulesets.Count == 0)
            {
                var refusal = node.Snapshot.Sources.FirstOrDefault(s => s is { Source: "iptables", Outcome: SourceOutcome.Forbidden or SourceOutcome.Failed });
                context.Found.Skip($"{node.Name}: the firewall ({refusal?.Detail ?? "no iptables-save"})");
                continue;
            }
            ForeignNatChecks.Run(context, node);
            if (OptionsOf(node) is not { } options)
            {
                if (IsNative(node) ? node.Snapshot.Switching is null : node.Topology.Vifs.Any(v => v.Owner == VifOwner.Instance))
                {
                    context.Found.Skip($"{node.Name}: security groups (its agent's firewall is not made of iptables rules"
                        + (IsNative(node) ? ", and no ovs-ofctl dump-flows)" : ")"));
                }
                LeftoverChains.Run(context, node);
                continue;
            }
            if (context.Cloud?.Firewall is { } intent)
            {
                foreach (var finding in FirewallComparer.AgainstIntent(node.Snapshot, node.Rules, intent, null, options).Findings)
                {
                    if (finding.HasEffect || finding.Id == "stale-chain")
                    {
                        context.Found.Add(Take(node, finding));
                    }
                }
                continue;
            }
            CheckSysctls(context, node);
            ChainChecks.Run(context, node);
        }
        if (context.Cloud?.Firewall is null)
        {
            context.Found.Skip("security groups against Neutron's (--api with ports and security-groups)");
        }
    }

    /// <summary>As the agent's configuration has it; null: its firewall is another than iptables.</summary>
    private static FirewallOptions? OptionsOf(CheckNode node)
    {
        var driver = node.AgentOption("firewall_driver");
        if (driver is not null && !driver.Contains("iptables", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }
        return new()
        {
            EnableIPSet = !IsFalse(node.AgentOption("enable_ipset")),
            Comments = !IsFalse(node.AgentOption("comment_iptables_rules")),
        };
    }

    /// <summary>Its security groups are flows: they are judged where flows are.</summary>
    private static bool IsNative(CheckNode node) => node.AgentOption("firewall_driver") is { } driver
        && (driver.Contains("openvswitch", StringComparison.OrdinalIgnoreCase) || driver.Contains("OVSFirewall", StringComparison.Ordinal));

    private static bool IsFalse(string? value) => value is not null && value.Equals("false", StringComparison.OrdinalIgnoreCase);

    private static Finding Take(CheckNode node, FirewallFinding finding) => new()
    {
        Id = finding.Id,
        Node = node.Name,
        Object = finding.Chain ?? finding.Subject ?? finding.Table ?? "firewall",
        What = (finding.Family is IPFamily.IPv6 ? "IPv6: " : "") + finding.What,
        Evidence = finding.Evidence,
        Consequence = finding.Consequence,
        Fix = finding.Fix,
        Suffers = finding.Ports,
    };

    private static void CheckSysctls(CheckContext context, CheckNode node)
    {
        if (!node.Topology.Vifs.Any(v => v.Plug is VifPlug.Hybrid or VifPlug.LinuxBridge))
        {
            return;
        }
        foreach (var family in (IPFamily[])[IPFamily.IPv4, IPFamily.IPv6])
        {
            var hasChains = node.Rules.Find(family)?.Find("filter")?.Chains.Any(c => c.Name.EndsWith("-sg-chain", StringComparison.Ordinal)) == true;
            if (!hasChains || node.Rules.AreBridgedPacketsShown(family) != false)
            {
                continue;
            }
            var sysctl = Firewalls.NodeRules.BridgeSysctl(family);
            context.Found.Add(new()
            {
                Id = "bridge-filter-off",
                Node = node.Name,
                Object = sysctl,
                What = $"{sysctl} is 0: bridged packets do not meet the rules",
                Consequence = $"no security group filters {(family == IPFamily.IPv4 ? "IPv4" : "IPv6")} here: everything passes",
                Fix = $"modprobe br_netfilter; sysctl -w {sysctl}=1; and keep it so in /etc/sysctl.d",
                Suffers = [.. node.Topology.Vifs.Select(CheckNode.NameOf).Distinct()],
            });
        }
    }
}
