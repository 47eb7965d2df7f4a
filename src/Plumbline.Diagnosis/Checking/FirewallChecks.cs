using Plumbline.Diagnosis.Comparing;
using Plumbline.Iptables;
using Plumbline.Neutron.SecurityGroups;
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
                context.Found.Skip($"{node.Name}: the firewall (no iptables-save)");
                continue;
            }
            if (OptionsOf(node) is not { } options)
            {
                context.Found.Skip($"{node.Name}: security groups (its agent's firewall is not made of iptables rules)");
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
            CheckChains(context, node);
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

    /// <summary>A port whose neighbours have chains and which has none.</summary>
    private static void CheckChains(CheckContext context, CheckNode node)
    {
        if (node.Rules.Find(IPFamily.IPv4)?.Find("filter") is not { } filter)
        {
            return;
        }
        var group = filter.Chains.FirstOrDefault(c => c.Name.EndsWith("-sg-chain", StringComparison.Ordinal));
        if (group is null)
        {
            return;
        }
        var forward = group.Name[..^"sg-chain".Length] + "FORWARD";
        foreach (var vif in node.Topology.Vifs.Where(v => v.Plug == VifPlug.Hybrid && v.Owner == VifOwner.Instance))
        {
            var tap = vif.Device is { } device ? device[(device.LastIndexOf('/') + 1)..] : null;
            if (tap is null)
            {
                continue;
            }
            if (IsZoneless(node, tap))
            {
                context.Found.Add(new()
                {
                    Id = "missing-zone",
                    Node = node.Name,
                    Object = tap,
                    What = $"{tap}: no rule of table raw gives its packets a conntrack zone, and other ports have one",
                    Consequence = "its connections are tracked together with others': where addresses overlap, answers are taken for another VM's",
                    Fix = "restart neutron-openvswitch-agent",
                    Suffers = [CheckNode.NameOf(vif)],
                });
            }
            if (Mentions(group, tap) || Mentions(filter.Find(forward), tap))
            {
                continue;
            }
            context.Found.Add(new()
            {
                Id = "missing-chain",
                Node = node.Name,
                Object = tap,
                What = $"{tap}: no rule of {group.Name} is about it",
                Consequence = $"{CheckNode.NameOf(vif)} is not filtered at all: what FORWARD's policy is, that is what passes",
                Fix = "restart neutron-openvswitch-agent; see its log for the port",
                Suffers = [CheckNode.NameOf(vif)],
            });
        }
    }

    /// <summary>Guarded by chains, and not named where its neighbours get their zones.</summary>
    private static bool IsZoneless(CheckNode node, string tap) =>
        node.Rules.Find(IPFamily.IPv4) is { } rules && rules.Find("filter")?.Chains.FirstOrDefault(c => c.Name.EndsWith("-sg-chain", StringComparison.Ordinal)) is { } group
        && Mentions(group, tap) && rules.Find("raw")?.Chains.FirstOrDefault(c => c.Name == group.Name[..^"sg-chain".Length] + "PREROUTING") is { Rules.Count: > 0 } zones
        && !Mentions(zones, tap);

    private static bool Mentions(Chain? chain, string device) =>
        chain?.Rules.Any(r => r.Text.Contains(device, StringComparison.Ordinal)) == true;
}
