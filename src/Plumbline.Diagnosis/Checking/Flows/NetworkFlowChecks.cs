using System.Globalization;
using Plumbline.Neutron.Api;
using Plumbline.Node.Topologies;
using Plumbline.OpenFlow.Flows;

namespace Plumbline.Diagnosis.Checking.Flows;

/// <summary>
/// The flows of one network: from its segment (tunnel key, VLAN outside) to its VLAN on this node, back, and into all tunnels that lead to
/// others of it. The three translations must agree.
/// </summary>
internal static class NetworkFlowChecks
{
    private const int FloodTable = 22;

    public static void Run(FlowContext context)
    {
        foreach (var group in context.Node.Topology.Vifs
            .Where(v => v is { Network.Type: not null, LocalVlan: > 0 and < FlowContext.DeadVlan })
            .GroupBy(v => (v.Network!.Id, v.Network.Type, v.Network.SegmentationId)))
        {
            // where ports disagree about a network's VLAN, that is the finding, and most of them are right
            var vlan = group.GroupBy(v => context.Node.VlanGiven(CheckNode.OvsPortOf(v)) ?? v.LocalVlan!.Value).OrderByDescending(g => g.Count()).First().Key;
            var network = group.First().Network!;
            if (network.Type is "vxlan" or "gre" or "geneve")
            {
                CheckTunnelled(context, network, vlan);
            }
            else if (network is { Type: "vlan" or "flat", PhysicalNetwork: { } physical })
            {
                CheckPhysical(context, network, vlan, physical);
            }
        }
    }

    private static void CheckTunnelled(FlowContext context, Network network, int vlan)
    {
        if (context.Tunnels is not { } flows || network.SegmentationId is not { } segment
            || PipelineChecks.TableOf(network.Type) is not { } table)
        {
            return;
        }
        var key = (UInt128)segment;
        var match = $"tun_id=0x{segment:x}";
        var entering = flows.In(table).Where(f => BridgeFlows.Wants(f, "tun_id") == key).ToList();
        Translate(context, flows, network, entering, vlan, $"table={table} {match}", "comes in by tunnels");
        var flood = flows.In(FloodTable).Where(f => BridgeFlows.Vlan(f) == vlan).OrderByDescending(f => f.Priority).FirstOrDefault();
        if (flood is null)
        {
            // with L2 population there is none until another node has a port of it
            if ((!(context.HasL2Population || HasResponder(flows)) || Receivers(context, network).Count > 0)
                && !context.Check.Found.Has(context.Node, "flow-missing", $"{flows.Name} table={FloodTable}"))
            {
                Missing(context, flows, network, string.Create(CultureInfo.InvariantCulture,
                    $"sends VLAN {vlan} into tunnels with key {segment}"), $"table={FloodTable} dl_vlan={vlan}");
            }
            return;
        }
        if (BridgeFlows.OtherKey(flood, key) is { } other)
        {
            var isToo = BridgeFlows.TunnelKey(flood) == key;
            context.Add("flow-vlan", Object(context, flows, network),
                string.Create(CultureInfo.InvariantCulture,
                    $"{flows.Name}: VLAN {vlan} of network {context.NameOf(network)} is sent with tunnel key {other}, {(isToo ? "too" : "not " + segment)}"),
                [FlowContext.Show(flood)], isToo ? "another network gets copies of what is sent to all, and of what is not learned: a leak"
                    : "the network's packets end in another network, or nowhere", context.UsersOf(network));
            return;
        }
        CheckFlood(context, flows, network, flood, segment);
    }

    /// <summary>What is for all, and for addresses not yet known, goes into each tunnel of the network's kind.</summary>
    private static void CheckFlood(FlowContext context, BridgeFlows flows, Network network, Flow flood, int segment)
    {
        var outputs = flows.Outputs(flood);
        var lacking = new List<string>();
        var receivers = context.HasL2Population ? Receivers(context, network) : null;
        foreach (var tunnel in context.Node.Tunnels.Where(t => t.OvsBridge == flows.Name && t.Tunnel?.Type == network.Type))
        {
            if (flows.NumberOf(tunnel.Name) is { } port && !outputs.Contains(port)
                && (receivers is null ? PipelineChecks.IsWanted(context, tunnel)
                    : tunnel.Tunnel?.Remote is { } remote && receivers.Any(r => r.TunnelingIP == remote.ToString())))
            {
                lacking.Add(tunnel.Name);
            }
        }
        var strips = flood.Actions.Any(a => a is FlowAction.StripVlan or FlowAction.SetField { Target.Field.Name: "vlan_tci" });
        if (lacking.Count == 0 && (BridgeFlows.TunnelKey(flood) is not null || outputs.Count == 0) && (strips || outputs.Count == 0))
        {
            return;
        }
        context.Add("flood-incomplete", Object(context, flows, network),
            lacking.Count > 0 ? $"{flows.Name}: network {context.NameOf(network)} is not flooded to {string.Join(", ", lacking)}"
                : string.Create(CultureInfo.InvariantCulture, $"{flows.Name}: network {context.NameOf(network)} is flooded without its key {segment} or with a VLAN tag"),
            [FlowContext.Show(flood)], "ARP, DHCP and all that is sent to unknown addresses does not get to the VMs behind it", context.UsersOf(network));
    }

    /// <summary>An ARP responder goes with L2 population alone, and is seen where no configuration was told.</summary>
    public static bool HasResponder(BridgeFlows flows)
    {
        const int ByDestination = 2;
        foreach (var flow in flows.In(ByDestination))
        {
            if (BridgeFlows.HasProtocol(flow, "arp"))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Agents of the other nodes that have a port of the network in use.</summary>
    public static List<CloudAgent> Receivers(FlowContext context, Network network)
    {
        if (context.Check.Cloud is not { Ports: not null, Agents: not null })
        {
            // what the other nodes that were given have plugged
            return
            [
                .. context.Check.Nodes.Where(n => n != context.Node && n.Topology.Vifs.Any(v => v.Owner == VifOwner.Instance && v.Network?.Id == network.Id && network.Id is not null
                        && v.LocalVlan is > 0 and < FlowContext.DeadVlan))
                    .SelectMany(n => n.Tunnels.Select(t => t.Tunnel?.Local).OfType<System.Net.IPAddress>().Distinct().Select(l => new CloudAgent("", n.Name, null, true, l.ToString(), [], true))),
            ];
        }
        var hosts = context.Check.Cloud?.Ports?.Values.Where(p => p.NetworkId == network.Id && p.IsUp && p.Host is { Length: > 0 }
            && !context.Node.IsCalled(p.Host) && p.VifType is "ovs" or null && p.IsActive != false).Select(p => p.Host!).ToHashSet(StringComparer.Ordinal) ?? [];
        return [.. context.Check.Cloud?.Agents?.Where(a => a.TunnelingIP is not null && hosts.Contains(a.Host)) ?? []];
    }

    private static void CheckPhysical(FlowContext context, Network network, int vlan, string physical)
    {
        if (context.Integration is { } inner)
        {
            var ports = PatchesTo(context, inner, physical);
            var entering = inner.In(0).Where(f => inner.InPort(f) is { } port && (ports is null || ports.Contains(port))
                && (network.Type == "flat" ? BridgeFlows.IsUntagged(f) : BridgeFlows.Wants(f, "dl_vlan") == (UInt128)(network.SegmentationId ?? 0))).ToList();
            Translate(context, inner, network, entering, vlan,
                network.Type == "flat" ? "untagged" : $"dl_vlan={network.SegmentationId}", $"comes in from {physical}");
        }
        if (BridgeOf(context, physical) is not { } name || !context.Bridges.TryGetValue(name, out var outer))
        {
            return;
        }
        var leaving = outer.In(0).Concat(outer.In(2)).Where(f => BridgeFlows.Vlan(f) == vlan && outer.InPort(f) is not null).ToList();
        if (leaving.Exists(f => network.Type == "flat" ? BridgeFlows.StripsVlan(f) : BridgeFlows.SetsVlan(f, network.SegmentationId ?? 0)))
        {
            return;
        }
        if (leaving.Count == 0)
        {
            Missing(context, outer, network, $"sends VLAN {vlan} of br-int out to {physical}", $"table=0 dl_vlan={vlan}");
            return;
        }
        context.Add("flow-vlan", Object(context, outer, network),
            $"{outer.Name}: what leaves for network {context.NameOf(network)} does not get {(network.Type == "flat" ? "its tag stripped" : $"VLAN {network.SegmentationId}")}",
            [FlowContext.Show(leaving[0])], "the network's packets end in another network, or nowhere", context.UsersOf(network));
    }

    private static void Translate(
        FlowContext context, BridgeFlows flows, Network network, List<Flow> found, int vlan, string match, string what)
    {
        if (found.Exists(f => BridgeFlows.SetsVlan(f, vlan)))
        {
            return;
        }
        if (found.Find(BridgeFlows.SetsAnyVlan) is not { } wrong)
        {
            Missing(context, flows, network, $"gives what {what} VLAN {vlan}", match, found.FirstOrDefault());
            return;
        }
        context.Add("flow-vlan", $"{flows.Name} {match}",
            $"{flows.Name}: what {what} for network {context.NameOf(network)} gets another VLAN than the network's {vlan}",
            [FlowContext.Show(wrong)], "the network's packets end in another network", context.UsersOf(network));
    }

    private static void Missing(FlowContext context, BridgeFlows flows, Network network, string what, string match, Flow? instead = null) =>
        context.Add("flow-missing", Object(context, flows, network), $"{flows.Name}: no flow {what}, for network {context.NameOf(network)}",
            [$"no flow {match}", .. instead is null ? [] : new[] { FlowContext.Show(instead) }], "the network's packets do not pass this bridge",
            context.UsersOf(network));

    private static string Object(FlowContext context, BridgeFlows flows, Network network) => $"{flows.Name} {context.NameOf(network)}";

    /// <summary>The bridge of a physical network, by the agent's configuration; else the one bridge that is joined to br-int by phy-…</summary>
    private static string? BridgeOf(FlowContext context, string physical)
    {
        foreach (var mapping in (context.Node.AgentOption("bridge_mappings") ?? "").Split(','))
        {
            var parts = mapping.Split(':');
            if (parts.Length == 2 && parts[0].Trim() == physical)
            {
                return parts[1].Trim();
            }
        }
        var joined = context.Node.OvsPorts.Where(p => p.Row.Type == "patch" && p.Row.Name.StartsWith("phy-", StringComparison.Ordinal))
            .Select(p => p.Bridge.Name).Distinct().ToList();
        return joined.Count == 1 ? joined[0] : null;
    }

    private static HashSet<int>? PatchesTo(FlowContext context, BridgeFlows inner, string physical)
    {
        if (BridgeOf(context, physical) is not { } bridge)
        {
            return null;
        }
        var numbers = new HashSet<int>();
        foreach (var (on, _, row) in context.Node.OvsPorts)
        {
            if (on.Name == inner.Name && row is { Type: "patch", OfPort: { } number }
                && (row.Name == "int-" + bridge || row.Options.GetValueOrDefault("peer") is { } peer && context.Node.OvsPort(peer)?.Bridge.Name == bridge))
            {
                numbers.Add(number);
            }
        }
        return numbers.Count == 0 ? null : numbers;
    }
}
