using System.Globalization;
using Plumbline.OpenFlow.Flows;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Checking.Flows;

/// <summary>
/// Flows that are not the agent's. It marks its own with one cookie a bridge and its extensions have others; a flow with cookie 0 was put
/// there by hand. Only what packets can reach and what changes their way is told.
/// </summary>
internal static class ForeignFlowChecks
{
    public static void Run(FlowContext context)
    {
        foreach (var bridge in context.Bridges.Values)
        {
            if (bridge.Cookie is { } own)
            {
                CheckAgents(context, bridge, own);
            }
            else if (bridge.All.All(f => f.Cookie == 0) && CarriesUnderlay(context.Node, bridge.Name))
            {
                CheckUnderlay(context, bridge);
            }
        }
    }

    private static void CheckAgents(FlowContext context, BridgeFlows bridge, ulong own)
    {
        var reachable = bridge.Reachable();
        foreach (var flow in bridge.All)
        {
            if (flow.Cookie == own || flow.Cookie != 0 && !IsStray(bridge, flow) || !reachable.Contains(flow.Table.Number ?? 0) || IsKnown(context, bridge, flow))
            {
                continue;
            }
            var drops = BridgeFlows.Drops(flow);
            if (!drops && IsNativeRule(context, bridge, flow))
            {
                continue;   // security groups are judged by what they let through
            }
            if (!drops && (flow.Cookie != 0 || !Redirects(bridge, flow) && !PassesFirewall(context, bridge, flow)) || drops && HasNoVictim(context, bridge, flow))
            {
                continue;
            }
            Add(context, bridge, flow, drops, string.Create(CultureInfo.InvariantCulture,
                $"cookie 0x{flow.Cookie:x}; the agent's flows here have 0x{own:x}"));
        }
    }

    private static bool IsNativeRule(FlowContext context, BridgeFlows bridge, Flow flow) => bridge == context.Integration
        && context.Check.Cloud?.Firewall is not null && context.HasNativeFirewall && flow is { Priority: >= 70 and < 80 }
        && flow.Table.Number is NativeFlows.EgressRules or NativeFlows.IngressRules && BridgeFlows.Wants(flow, "reg5") is not null;

    /// <summary>
    /// Extensions and the native firewall have cookies of their own, on many flows and in tables of their own; a mark that stands on a handful of
    /// flows elsewhere is nobody's.
    /// </summary>
    private static bool IsStray(BridgeFlows bridge, Flow flow)
    {
        const int Handful = 3;
        const int FirewallTables = 57;
        return flow.Table.Number is null or < FirewallTables && bridge.All.Count(f => f.Cookie == flow.Cookie) <= Handful;
    }

    /// <summary>
    /// In the place of a flow of the agent's, only under another mark: somebody repaired or changed it by hand. Such flows have checks of their
    /// own, which tell what is wrong with them.
    /// </summary>
    private static bool IsKnown(FlowContext context, BridgeFlows bridge, Flow flow)
    {
        var table = flow.Table.Number ?? 0;
        if (BridgeFlows.IsDefault(flow) && (flow.Priority == 0 || bridge == context.Integration && table is 30 or 31 or 58 or 59 or 60))
        {
            return true;
        }
        var isOfPort = bridge.InPort(flow) is not null;
        if (bridge == context.Tunnels)
        {
            return table switch
            {
                0 => flow.Priority == 1 && isOfPort && flow.Matches.Count == 1,
                3 or 4 or 6 => BridgeFlows.Wants(flow, "tun_id") is not null && flow.Priority == 1,
                // without L2 population all of table 20 is learned, at priority 1
                20 => BridgeFlows.Vlan(flow) is not null && (flow.Priority < 2 || flow.Priority == 2 && bridge.In(table).Any(f => f.Priority == 2 && f.Cookie == bridge.Cookie)),
                21 or 22 => BridgeFlows.Vlan(flow) is not null && flow.Priority <= 2,
                _ => false,
            };
        }
        return bridge == context.Integration && (table is 24 or 25 && isOfPort && flow.Priority == 2
                || table == 0 && isOfPort && flow.Priority is 2 or 9 or 10)
            || table == 0 && isOfPort && flow.Priority is 3 or 4 && (BridgeFlows.Vlan(flow) is not null || BridgeFlows.IsUntagged(flow));
    }

    /// <summary>
    /// It takes a port's packets past the native firewall: unfiltered, and the answers to what is not tracked are refused.
    /// </summary>
    private static bool PassesFirewall(FlowContext context, BridgeFlows bridge, Flow flow)
    {
        if (bridge != context.Integration || !context.HasNativeFirewall || flow.Table.Number is not (null or < NativeFlows.IngressRules + 1)
            || flow.Priority == 0)
        {
            return false;
        }
        var table = flow.Table.Number ?? 0;
        var isPast = BridgeFlows.IsNormal(flow)
            || table >= NativeFlows.Transient && flow.Actions.Any(a => a is FlowAction.Resubmit or FlowAction.GotoTable)
                && !bridge.In(table).Any(f => f != flow && f.Cookie == bridge.Cookie && f.ActionsText == flow.ActionsText);
        return isPast && (bridge.InPort(flow) is not { } port || bridge.In(NativeFlows.BaseEgress).Any(f => bridge.InPort(f) == port));
    }

    /// <summary>It takes packets elsewhere than the agent's flows would: to a port, a VLAN or a tunnel of its own choice.</summary>
    private static bool Redirects(BridgeFlows bridge, Flow flow)
    {
        if (BridgeFlows.IsNormal(flow) && flow.Actions.Count == 1 || flow.Actions.All(a => a is FlowAction.Resubmit or FlowAction.GotoTable))
        {
            // goes on as all do, past some checks; but not where it comes before what gives packets of a wire their local VLAN
            return flow.Matches.Count == 0 && flow.Table.Number is null or 0 && BridgeFlows.IsNormal(flow)
                && bridge.In(0).Any(f => f.Priority < flow.Priority && BridgeFlows.SetsAnyVlan(f));
        }
        // a mirror by flow: the packet goes on as well
        return !(flow.Actions.Any(a => a is FlowAction.Resubmit or FlowAction.GotoTable) || BridgeFlows.IsNormal(flow))
            || BridgeFlows.SetsAnyVlan(flow) && flow.Priority > 0 && !bridge.In(flow.Table.Number ?? 0)
                .Any(f => f != flow && f.ActionsText == flow.ActionsText);
    }

    /// <summary>Nothing has met it, and nothing that is on this node would.</summary>
    private static bool HasNoVictim(FlowContext context, BridgeFlows bridge, Flow flow)
    {
        if (flow.Packets is null or > 0)
        {
            return false;
        }
        var vifs = context.Node.Topology.Vifs;
        if (bridge.InPort(flow) is { } port)
        {
            return bridge.Bridge.Ports.All(p => p.Interfaces.All(i => i.OfPort != port));
        }
        if ((BridgeFlows.Mac(flow, "dl_src") ?? BridgeFlows.Mac(flow, "dl_dst")) is { } mac)
        {
            return !vifs.Any(v => v.Address == mac) && context.Check.Cloud?.Ports?.Values.Any(p => p.Address == mac) != true;
        }
        if (BridgeFlows.Vlan(flow) is { } vlan)
        {
            return !vifs.Any(v => v.LocalVlan == vlan || v.Network?.SegmentationId == vlan);
        }
        return BridgeFlows.Wants(flow, "tun_id") is { } key && !vifs.Any(v => (UInt128?)v.Network?.SegmentationId == key)
            || BridgeFlows.Address(flow, "nw_src") is { } source && !IsUsed(source)
            || BridgeFlows.Address(flow, "nw_dst") is { } destination && !IsUsed(destination);

        bool IsUsed(string address) => address.Contains('/', StringComparison.Ordinal) || vifs.Any(v => v.IPAddresses.Contains(address))
            || context.Check.Cloud?.Ports?.Values.Any(p => p.FixedAddresses.Any(a => a.ToString() == address)) == true;
    }

    private static bool CarriesUnderlay(CheckNode node, string bridge) =>
        node.Tunnels.Any(t => t.Tunnel?.Local is { } local && node.DeviceWith(local)?.Name == bridge);

    /// <summary>A bridge without an agent, by which tunnels leave: what drops there drops for all.</summary>
    private static void CheckUnderlay(FlowContext context, BridgeFlows bridge)
    {
        foreach (var flow in bridge.All.Where(f => BridgeFlows.Drops(f) && f.Packets is null or > 0))
        {
            Add(context, bridge, flow, true, $"tunnels leave by {bridge.Name}");
        }
    }

    private static void Add(FlowContext context, BridgeFlows bridge, Flow flow, bool drops, string evidence)
    {
        var match = flow.MatchText.Length > 0 ? flow.MatchText : "everything";
        context.Add("flow-foreign", $"{bridge.Name} {match}",
            $"{bridge.Name}: a flow that is not the agent's {(drops ? "drops" : "redirects")} {match}",
            [flow.ToString().Trim(), evidence], drops ? "what it matches goes no further" : "what it matches goes another way than the agent meant",
            Victims(context, bridge, flow),
            string.Create(CultureInfo.InvariantCulture, $"ovs-ofctl --strict del-flows {bridge.Name} \"table={flow.Table}{(flow.MatchText.Length > 0 ? "," : "")}{flow.MatchText}\""));
    }

    private static List<string> Victims(FlowContext context, BridgeFlows bridge, Flow flow)
    {
        var port = bridge.InPort(flow) is { } number ? bridge.NameOf(number) : null;
        MacAddress?[] macs = [BridgeFlows.Mac(flow, "dl_src"), BridgeFlows.Mac(flow, "dl_dst")];
        return
        [
            .. context.Node.Topology.Vifs.Where(v => port is not null && CheckNode.OvsPortOf(v) == port
                || v.Address is { } mac && macs.Contains(mac)).Select(CheckNode.NameOf).Distinct(),
        ];
    }
}
