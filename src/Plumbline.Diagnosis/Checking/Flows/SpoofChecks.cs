using System.Globalization;
using Plumbline.Iptables;
using Plumbline.Neutron;
using Plumbline.Node.Topologies;
using Plumbline.OpenFlow.Flows;

namespace Plumbline.Diagnosis.Checking.Flows;

/// <summary>
/// A guest that sends with an address that is not its port's. Counters alone tell of the past as well: a healthy node has some (a guest asks for
/// its address before it has one; qvb and tap send neighbour discovery of their own). So the last drop must be recent, or most of what the
/// port sends be dropped.
/// </summary>
internal static class SpoofChecks
{
    private const int ArpTable = 24;
    private const int MacTable = 25;
    private const int RecentSeconds = 45;
    private const ulong Few = 3;
    private const ulong Many = 20;
    private const double Share = 0.2;

    public static void Run(FlowContext context)
    {
        if (context.Integration is not { Cookie: not null } flows)
        {
            return;
        }
        if (context.HasNativeFirewall)
        {
            NativeSpoofChecks.Run(context, flows);
            return;
        }
        // nobody drops what has no allowed sender but the last entry of table 24
        var last = flows.In(ArpTable).FirstOrDefault(f => BridgeFlows.IsDefault(f) && BridgeFlows.Drops(f));
        var isRecent = last is { Packets: >= Few, IdleAge: <= RecentSeconds };
        var spoofing = new List<(Vif Vif, string Port, List<string> Seen)>();
        foreach (var vif in context.Node.Topology.Vifs)
        {
            if (vif is not { Owner: VifOwner.Instance, LocalVlan: > 0 and < FlowContext.DeadVlan } || CheckNode.OvsPortOf(vif) is not { } name
                || flows.NumberOf(name) is not { } port || context.Check.Found.Has(context.Node, "flow-missing", $"{flows.Name} {name}")
                || context.Check.Found.Has(context.Node, "flow-changed", $"{flows.Name} {name}"))
            {
                continue;
            }
            var seen = new List<string>();
            var isCertain = AddMacs(flows, port, seen) | AddArp(flows, port, isRecent, seen) | AddChains(context.Node, vif, isRecent, seen);
            if (isCertain)
            {
                spoofing.Add((vif, name, seen));
            }
        }
        foreach (var (vif, name, seen) in spoofing)
        {
            var who = CheckNode.NameOf(vif);
            context.Add("spoofed-traffic", name, $"{who} sends with addresses that its port does not have, and is dropped",
                last is { Packets: > 0 } && isRecent ? [.. seen, $"last drop in table {ArpTable} {last.IdleAge} s ago"] : seen,
                $"what {who} sends with them reaches nobody", [who],
                "set the guest's addresses to the port's, or allow them: openstack port set --allowed-address ip-address=…,mac-address=… PORT");
        }
    }

    private static bool AddArp(BridgeFlows flows, int port, bool isRecent, List<string> seen)
    {
        var sent = flows.From(0, port).FirstOrDefault(f => BridgeFlows.HasProtocol(f, "arp"));
        if (sent?.Packets is not { } asked || Sum(flows.From(ArpTable, port).Where(f => BridgeFlows.HasProtocol(f, "arp")), sent) is not { } passed
            || asked < passed + Few)
        {
            return false;
        }
        seen.Add(string.Create(CultureInfo.InvariantCulture, $"{asked - passed} of its {asked} ARP packets had a sender that table {ArpTable} does not know"));
        return isRecent;
    }

    private static bool AddMacs(BridgeFlows flows, int port, List<string> seen)
    {
        var all = flows.From(0, port).FirstOrDefault(f => f.Matches.Count == 1);
        if (all?.Packets is not { } sent || Sum(flows.From(MacTable, port), all) is not { } passed
            || Sum(flows.From(ArpTable, port).Where(f => BridgeFlows.GoesTo(f, MacTable)), all) is not { } checkedToo)
        {
            return false;
        }
        var lost = sent + checkedToo > passed ? sent + checkedToo - passed : 0;
        if (lost < Many || lost < (sent + checkedToo) * Share)
        {
            return false;
        }
        seen.Add(string.Create(CultureInfo.InvariantCulture, $"{lost} of its {sent + checkedToo} packets had a MAC address that table {MacTable} does not know"));
        return true;
    }

    /// <summary>The packets of flows that are as old as another; null where they are not and cannot be compared.</summary>
    private static ulong? Sum(IEnumerable<Flow> flows, Flow like)
    {
        ulong sum = 0;
        foreach (var flow in flows)
        {
            if (flow.Packets is not { } packets || flow.Duration is not { } age || like.Duration is not { } other || Math.Abs((age - other).TotalSeconds) > 2)
            {
                return null;
            }
            sum += packets;
        }
        return sum;
    }

    /// <summary>The last rule of a port's spoof chain.</summary>
    private static bool AddChains(CheckNode node, Vif vif, bool isRecent, List<string> seen)
    {
        if (vif.PortId is not { Length: >= DeviceNames.ChainIdLength } id)
        {
            return false;
        }
        var isCertain = false;
        foreach (var family in (ReadOnlySpan<IPFamily>)[IPFamily.IPv4, IPFamily.IPv6])
        {
            var chain = node.Rules.Find(family)?.Find("filter")?.Chains
                .FirstOrDefault(c => c.Name.EndsWith("-s" + id[..DeviceNames.ChainIdLength], StringComparison.Ordinal));
            if (chain is null || chain.Rules.Count == 0 || chain.Rules[^1] is not { Target: VerdictTarget { Verdict: Verdict.Drop }, Counters: { } dropped })
            {
                continue;
            }
            var all = chain.Rules.Aggregate(0UL, (sum, r) => sum + (r.Counters?.Packets ?? 0));
            if (dropped.Packets < Few)
            {
                continue;
            }
            seen.Add(string.Create(CultureInfo.InvariantCulture, $"{chain.Name}: {dropped.Packets} of {all} packets dropped ({(family == IPFamily.IPv4 ? "iptables" : "ip6tables")})"));
            isCertain |= isRecent || dropped.Packets >= Many && dropped.Packets >= all * Share;
        }
        return isCertain;
    }
}
