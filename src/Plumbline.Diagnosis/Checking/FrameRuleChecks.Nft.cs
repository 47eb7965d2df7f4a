using Plumbline.Diagnosis.Firewalls;
using Plumbline.Iptables;
using Plumbline.Iptables.Frames;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;

namespace Plumbline.Diagnosis.Checking;

internal sealed partial class FrameRuleChecks
{
    private const string Nft = "nft";
    private const uint New = 8;

    /// <summary>Tables of nft that are none of iptables': every base chain that a VM's frame on a Linux bridge meets.</summary>
    private static void RunNft(CheckContext context, CheckNode node, NamespaceFacts facts, string text)
    {
        var rules = NftParser.Parse(text);
        if (rules.Bases.Count == 0 || !DropsAny(rules.Tables))
        {
            return;
        }
        var checks = new FrameRuleChecks(context, node, facts, Nft, rules.Tables);
        foreach (var (vif, tap, far, bridge) in checks.BridgedVifs())
        {
            foreach (var frame in SamplesOf(vif))
            {
                var (from, to) = frame.IsSent ? (tap, far) : (far, tap);
                foreach (var start in rules.Bases)
                {
                    if (checks.FactsAt(start, frame.Facts, bridge, from, to) is { } there)
                    {
                        checks.Ask(start.Key, start.Name, frame with { Facts = there with { ConnectionState = New } }, CheckNode.NameOf(vif));
                    }
                }
            }
        }
        if (facts.Name.StartsWith("qrouter-", StringComparison.Ordinal) || facts.Name.StartsWith("qdhcp-", StringComparison.Ordinal))
        {
            foreach (var start in rules.Bases.Where(b => b is { Family: "arp", Hook: "input" or "output" }))
            {
                checks.CheckStack(start.Key, start.Name, start.Hook == "output");
            }
        }
    }

    /// <summary>The frame as a base chain sees it; null where it does not come to it.</summary>
    private FrameFacts? FactsAt(NftBaseChain start, FrameFacts frame, Link bridge, Link from, Link to)
    {
        var isIPv6 = frame.EtherType == 0x86dd;
        switch (start.Family, start.Hook)
        {
            case ("netdev" or "inet", "ingress") when start.Devices.Contains(from.Name):
                return frame with { In = from.Name };
            case ("netdev", "egress") when start.Devices.Contains(to.Name):
                return frame with { Out = to.Name };
            case ("bridge", "prerouting"):
                return frame with { In = from.Name, LogicalIn = bridge.Name };
            case ("bridge", "forward"):
                return frame with { In = from.Name, LogicalIn = bridge.Name, Out = to.Name, LogicalOut = bridge.Name };
            case ("bridge", "postrouting"):
                return frame with { Out = to.Name, LogicalOut = bridge.Name };
            case ("inet", "prerouting" or "forward" or "postrouting"):
            case ("ip", "prerouting" or "forward" or "postrouting") when !isIPv6:
            case ("ip6", "prerouting" or "forward" or "postrouting") when isIPv6:
                return frame.ArpOperation is not null || !_facts.Sysctls.TryGetValue(NodeRules.BridgeSysctl(isIPv6 ? IPFamily.IPv6 : IPFamily.IPv4), out var told)
                    || told.Trim() == "0" ? null : frame with
                    {
                        In = start.Hook == "postrouting" ? null : bridge.Name,
                        Out = start.Hook == "prerouting" ? null : bridge.Name,
                    };
            default:
                return null;
        }
    }
}
