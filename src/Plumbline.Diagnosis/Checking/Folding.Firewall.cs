using Plumbline.Iptables;
using Plumbline.Neutron;

namespace Plumbline.Diagnosis.Checking;

internal static partial class Folding
{
    private const int FewChains = 3;
    private const string Filter = "filter";

    /// <summary><c>iptables -F</c>: one command emptied all chains, and each of them and each jump would complain.</summary>
    private static void FoldFlushed(CheckContext context, CheckNode node)
    {
        foreach (var family in (ReadOnlySpan<IPFamily>)[IPFamily.IPv4, IPFamily.IPv6])
        {
            if (node.Rules.Find(family)?.Find(Filter) is not { } filter
                || filter.Chains.FirstOrDefault(c => c.IsShown && c.Name.EndsWith("-sg-chain", StringComparison.Ordinal)) is not { } group)
            {
                continue;
            }
            var wrap = group.Name[..^"sg-chain".Length];
            var own = filter.Chains.Where(c => c.IsShown && c.Name.StartsWith(wrap, StringComparison.Ordinal)).ToList();
            if (own.Count < FewChains || own.Exists(c => c.Rules.Count > 0))
            {
                continue;
            }
            var isIPv6 = family == IPFamily.IPv6;
            var below = context.Found.Findings.Where(f => f.Node == node.Name && f.Id is "empty-chain" or "missing-rule"
                && f.What.StartsWith("IPv6: ", StringComparison.Ordinal) == isIPv6 && filter.Find(f.Object) is { IsShown: true }).ToList();
            if (below.Count < 2)
            {
                continue;
            }
            var cause = new Finding
            {
                Id = "empty-chain",
                Node = node.Name,
                Object = isIPv6 ? "ip6tables filter" : "iptables filter",
                What = $"{(isIPv6 ? "IPv6: " : "")}table filter was flushed: none of the agent's {own.Count} chains has a rule",
                Evidence = [$"all empty: {string.Join(", ", own.Take(FewChains).Select(c => c.Name))}, …",
                    $"FORWARD: policy {filter.Find("FORWARD")?.Policy?.ToString().ToUpperInvariant() ?? "not told"}"],
                Consequence = "no port is filtered: what FORWARD's policy is, that is what passes",
                Fix = "systemctl restart neutron-openvswitch-agent: the agent writes its rules anew; and find out who flushed them (iptables -F, a firewall service)",
                Suffers = [.. below.SelectMany(f => f.Suffers).Distinct()],
            };
            context.Found.Add(cause);
            context.Found.Fold(cause, below.Contains);
        }
    }

    /// <summary>Neither family has the agent's chains: who took them away, or did not write them, is one.</summary>
    private static void FoldFamilies(CheckContext context, CheckNode node)
    {
        foreach (var cause in Of(context, node, "no-agent-chains").Where(f => f.Object == "iptables"))
        {
            context.Found.Fold(cause, f => f.Node == node.Name && f.Id == "no-agent-chains" && f.Object == "ip6tables");
        }
    }

    /// <summary>The rules that say which addresses are a port's own are wrong: then it does not spoof, it is wronged.</summary>
    private static void FoldSpoofed(CheckContext context, CheckNode node)
    {
        foreach (var cause in Of(context, node, "changed-rule", "missing-rule", "extra-rule", "reordered-rules", "foreign-rule", "empty-chain"))
        {
            context.Found.Fold(cause, f => f.Node == node.Name && f.Id == "spoofed-traffic"
                && DeviceNames.PortIdPrefix(f.Object) is { Length: >= DeviceNames.ChainIdLength } id
                && cause.Object.EndsWith("-s" + id[..DeviceNames.ChainIdLength], StringComparison.Ordinal));
        }
        // a chain's end in another VM's bridge: frames of both come out at both ports
        foreach (var cause in Of(context, node, "not-in-bridge"))
        {
            context.Found.Fold(cause, f => f.Node == node.Name && f.Id == "spoofed-traffic"
                && DeviceNames.PortIdPrefix(f.Object) is { } id && (cause.Object.EndsWith(id, StringComparison.Ordinal)
                    || cause.What.Contains($"in qbr{id},", StringComparison.Ordinal)));
        }
    }

    /// <summary>A gateway that does not answer is no finding of its own where something of the node may keep the question from it.</summary>
    private static void FoldSilentGateway(CheckContext context, CheckNode node)
    {
        foreach (var cause in context.Found.Findings.Where(f => f.Node == node.Name && f.Id is not "router-default-route").ToList())
        {
            context.Found.Fold(cause, f => f.Node == node.Name && f.Id == "router-default-route" && f.What.StartsWith("nobody answers", StringComparison.Ordinal));
        }
    }

    /// <summary>br_netfilter off for both families is one thing; and with a router's table mangle go the marks that lead to metadata.</summary>
    private static void FoldSwitchedOff(CheckContext context, CheckNode node)
    {
        foreach (var cause in Of(context, node, "bridge-filter-off").Where(f => f.Object.EndsWith("-iptables", StringComparison.Ordinal)))
        {
            context.Found.Fold(cause, f => f.Node == node.Name && f.Id == "bridge-filter-off" && f != cause);
        }
        // who leads to the chain that drops does no harm by himself
        foreach (var cause in Of(context, node, "foreign-rule"))
        {
            context.Found.Fold(cause, f => f.Node == node.Name && f.Id == "foreign-rule" && f.What.Contains($"through {cause.Object}\"", StringComparison.Ordinal));
        }
        foreach (var cause in Of(context, node, "router-firewall"))
        {
            context.Found.Fold(cause, f => f.Node == node.Name && f.Id == "metadata-dead" && f.Object == cause.Object
                && f.Evidence.Any(e => e.Contains("in table mangle marks", StringComparison.Ordinal)) && cause.Evidence.Any(e => e.Contains("mangle", StringComparison.Ordinal)));
        }
    }
}
