using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Checking;

internal sealed partial class ChainChecks
{
    private const ulong LowBytes = 0xff_ffff_ffff;     // nova gives a tap the VM's MAC with fe in front

    /// <summary>A spoof filter knows its port by the port's own MAC, whatever pairs are allowed beside.</summary>
    private void CheckSender(Chain chain, string port, string who)
    {
        var allowed = chain.Rules.Where(r => r.Target is VerdictTarget { Verdict: Verdict.Return }).SelectMany(r => r.Matches.OfType<MacMatch>()).ToList();
        if (allowed.Count == 0 || allowed.Exists(m => m.IsInverted)
            || _node.Topology.Vifs.FirstOrDefault(v => v.PortId?.StartsWith(port, StringComparison.Ordinal) == true) is not { Address: { } own, Device: { } device }
            || allowed.Exists(m => m.Source == own)
            || _node.Own?.Links.FirstOrDefault(l => device.EndsWith("/" + l.Name, StringComparison.Ordinal))?.Address is not { } tap
            || (tap.Value & LowBytes) != (own.Value & LowBytes))
        {
            return;
        }
        Add("changed-rule", chain.Name, $"{chain.Name} lets nothing pass that {who} sends with its own MAC {own}",
            [.. allowed.Select(m => $"allowed: {m.Source}").Distinct(), $"attached-mac and the tap's address: {own}"],
            $"whatever {who} sends is dropped as spoofed", Restart, who);
    }

    /// <summary>The chains that lead packets to their port's: the agent lets nothing be dropped there.</summary>
    private void CheckLeading()
    {
        foreach (var name in (ReadOnlySpan<string>)[$"{_wrap}-FORWARD", $"{_wrap}-sg-chain"])
        {
            if (!_chains.TryGetValue(name, out var chain))
            {
                continue;
            }
            for (var i = 0; i < chain.Rules.Count; i++)
            {
                if (chain.Rules[i].Target is VerdictTarget { Verdict: Verdict.Drop } or RejectTarget)
                {
                    Add("foreign-rule", name, $"rule {i + 1} of {name} drops packets before their port's chain is asked; the agent writes none there that does",
                        [TextOf(chain, i)], "packets that the security groups allow are dropped", $"{(_family == IPFamily.IPv4 ? "iptables" : "ip6tables")} -D {name} {i + 1}");
                    break;
                }
            }
        }
    }

    /// <summary>The agent's own rules for every port, by its comments: one that all the node's other ports have stands in this one's chain as well.</summary>
    private void CheckFixed(IReadOnlyList<ChainShape> shapes)
    {
        var having = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var shape in shapes)
        {
            foreach (var rule in shape.Chain.Rules.Select(r => Fixed(shape.Chain, r)).OfType<string>().Distinct())
            {
                having[rule] = having.GetValueOrDefault(rule) + 1;
            }
        }
        foreach (var (rule, _) in having.Where(h => h.Value == shapes.Count - 1 && shapes.Count > 2))
        {
            var lacking = shapes.First(s => !s.Chain.Rules.Any(r => Fixed(s.Chain, r) == rule)).Chain;
            if (lacking.Rules.Count > 0)
            {
                Add("missing-rule", lacking.Name, $"{lacking.Name} lacks a rule that the chains of all other ports have", [$"missing: {rule}"],
                    "what it lets pass, or keeps out, is treated otherwise for this port", Restart);
            }
        }
    }

    /// <summary>A rule's text without its chain, where the comment says that the agent writes it for each port.</summary>
    private static string? Fixed(Chain chain, Rule rule)
    {
        var at = rule.Text.IndexOf("-A " + chain.Name + " ", StringComparison.Ordinal);
        return at >= 0 && (rule.Text.Contains("\"Allow IPv6 ICMP traffic.\"", StringComparison.Ordinal) || rule.Text.Contains("\"Allow DHCP client traffic.\"", StringComparison.Ordinal)
            || rule.Text.Contains("\"Prevent DHCP Spoofing by VM.\"", StringComparison.Ordinal) || rule.Text.Contains("\"Drop IPv6 Router Advts from VM Instance.\"", StringComparison.Ordinal))
            ? rule.Text[(at + 4 + chain.Name.Length)..].Trim() : null;
    }
}
