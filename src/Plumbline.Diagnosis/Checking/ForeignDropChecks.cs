using System.Globalization;
using Plumbline.Iptables;
using Plumbline.Neutron;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Checking;

/// <summary>
/// Rules of others that drop what VMs send and get before the agent's chains decide: in FORWARD above its jump, and in the base chains of
/// other tables. Rules for devices that no VM's packets pass, and drops of invalid packets, are left alone.
/// </summary>
internal static partial class ForeignDropChecks
{
    private const int MostDepth = 8;

    public static void Run(CheckContext context, CheckNode node, IPFamily family, Ruleset rules, string wrap)
    {
        var vifs = node.Topology.Vifs.Where(v => v.Plug == VifPlug.Hybrid && v.Owner == VifOwner.Instance && v.PortId is not null).ToList();
        if (vifs.Count == 0)
        {
            return;
        }
        ReadOnlySpan<(string Table, string Chain)> places =
        [
            ("raw", "PREROUTING"), ("mangle", "PREROUTING"), ("mangle", "FORWARD"), ("filter", "FORWARD"), ("security", "FORWARD"), ("mangle", "POSTROUTING"),
        ];
        foreach (var (table, chain) in places)
        {
            if (rules.Find(table) is { } found && found.Find(chain) is { IsShown: true } start)
            {
                Walk(context, node, family, found, start, vifs, wrap, 0);
            }
        }
    }

    /// <summary>False: what follows is the agent's, or is not come to.</summary>
    private static bool Walk(
        CheckContext context, CheckNode node, IPFamily family, Table table, Chain chain, List<Vif> vifs, string wrap, int depth)
    {
        for (var i = 0; i < chain.Rules.Count; i++)
        {
            var rule = chain.Rules[i];
            if (rule.Target is JumpTarget { Chain: var name } jump)
            {
                if (name == $"{wrap}-FORWARD" && table.Name == "filter")
                {
                    return false;
                }
                if (!name.StartsWith("neutron-", StringComparison.Ordinal) && depth < MostDepth && Sufferers(rule, vifs) is { Count: > 0 } some
                    && table.Find(name) is { IsShown: true } next && !Walk(context, node, family, table, next, some, wrap, depth + 1) && IsForAll(rule))
                {
                    return false;
                }
                if (jump.IsGoto && IsForAll(rule))
                {
                    return true;
                }
                continue;
            }
            if (rule.Target is VerdictTarget { Verdict: Verdict.Drop } or RejectTarget && !IsOfInvalid(rule) && Sufferers(rule, vifs) is { Count: > 0 } hit)
            {
                Add(context, node, family, table, chain, i, hit, wrap);
            }
            if (rule.Target is CtTarget { IsNotrack: true } && !IsOfTunnels(rule) && Sufferers(rule, vifs) is { Count: > 0 } untracked)
            {
                AddUntracked(context, node, family, chain, i, untracked);
            }
            if (table.Name == "filter" && rule.Target is VerdictTarget { Verdict: Verdict.Accept } && IsPlain(rule) && Sufferers(rule, vifs) is { Count: > 0 } free)
            {
                AddAccept(context, node, family, chain, i, free, wrap);
                return false;
            }
            if (rule.Target is VerdictTarget && IsForAll(rule))
            {
                return rule.Target is VerdictTarget { Verdict: Verdict.Return };
            }
        }
        return true;
    }

    private static void Add(CheckContext context, CheckNode node, IPFamily family, Table table, Chain chain, int index, List<Vif> vifs, string wrap)
    {
        var isFilter = table.Name == "filter";
        var tool = family == IPFamily.IPv4 ? "iptables" : "ip6tables";
        context.Found.Add(new()
        {
            Id = isFilter ? "foreign-rule" : "foreign-drop",
            Node = node.Name,
            Object = chain.Name,
            What = (family == IPFamily.IPv6 ? "IPv6: " : "") + string.Create(CultureInfo.InvariantCulture,
                $"rule {index + 1} of {chain.Name} in table {table.Name}, not Neutron's, drops packets of ports before {wrap}-FORWARD is asked"),
            Evidence = [ChainChecks.TextOf(chain, index), .. chain.Rules[index].Counters is { } c ? (string[])[$"{c.Packets} packets so far"] : []],
            Consequence = "packets that the security groups allow are dropped",
            Fix = string.Create(CultureInfo.InvariantCulture, $"{tool} -t {table.Name} -D {chain.Name} {index + 1}, if nobody needs it"),
            Suffers = [.. vifs.Select(CheckNode.NameOf).Distinct()],
        });
    }

    /// <summary>What is accepted above Neutron's chains meets no security group.</summary>
    private static void AddAccept(CheckContext context, CheckNode node, IPFamily family, Chain chain, int index, List<Vif> vifs, string wrap) => context.Found.Add(new()
    {
        Id = "foreign-rule",
        Node = node.Name,
        Object = chain.Name,
        What = (family == IPFamily.IPv6 ? "IPv6: " : "") + string.Create(CultureInfo.InvariantCulture,
            $"rule {index + 1} of {chain.Name} in table filter, not Neutron's, accepts packets of ports before {wrap}-FORWARD is asked"),
        Evidence = [ChainChecks.TextOf(chain, index), .. chain.Rules[index].Counters is { } c ? (string[])[$"{c.Packets} packets so far"] : []],
        Consequence = "these packets pass whatever the security groups say",
        Fix = string.Create(CultureInfo.InvariantCulture, $"{(family == IPFamily.IPv4 ? "iptables" : "ip6tables")} -D {chain.Name} {index + 1}, if nobody needs it"),
        Suffers = [.. vifs.Select(CheckNode.NameOf).Distinct()],
    });

    /// <summary>It asks for nothing that a VM's packets may not have.</summary>
    private static bool IsPlain(Rule rule) => rule.Matches.All(m => m is CommentMatch or InterfaceMatch or PhysdevMatch or ProtocolMatch or TransportMatch or IcmpMatch or Icmpv6Match)
        && rule.Matches.Any(m => m is PhysdevMatch or InterfaceMatch { IsInverted: false });

    internal static bool IsForAll(Rule rule) => rule.Matches.All(m => m is CommentMatch);

    internal static bool IsOfInvalid(Rule rule) => rule.Matches.Any(m => m is StateMatch { States: ConnectionStates.Invalid });

    /// <summary>VMs' ports whose packets have the devices that a rule asks for, and, of rules about one host, its address.</summary>
    internal static List<Vif> Sufferers(Rule rule, List<Vif> vifs)
    {
        var result = vifs;
        foreach (var match in rule.Matches)
        {
            result = match switch
            {
                InterfaceMatch { Interface: var name } wanted => result.FindAll(v => name.Covers(DeviceNames.HybridBridge(v.PortId!)) != wanted.IsInverted),
                PhysdevMatch { IsBridged: false } => [],
                PhysdevMatch wanted => result.FindAll(v => Passes(wanted.In, v) && Passes(wanted.Out, v)),
                _ => result,
            };
            if (match is AddrtypeMatch or UnknownMatch)
            {
                return [];      // broadcasts, or what nobody can judge: not surely a VM's
            }
        }
        return result;
    }

    private static bool Passes(Condition<InterfaceName>? wanted, Vif vif) => wanted is not { } condition
        || (condition.Value.Covers(DeviceNames.Tap(vif.PortId!)) || condition.Value.Covers(DeviceNames.VethBridgeEnd(vif.PortId!))) != condition.IsInverted;
}
