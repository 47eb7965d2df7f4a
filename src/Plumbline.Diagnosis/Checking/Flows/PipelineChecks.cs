using Plumbline.OpenFlow.Flows;

namespace Plumbline.Diagnosis.Checking.Flows;

/// <summary>The flows that are the same on every node: from table to table, and from port to table.</summary>
internal static class PipelineChecks
{
    /// <summary>Bridges that a controller shall program and that have none of its flows: Open vSwitch was restarted, or somebody deleted them.</summary>
    public static HashSet<string> FindLost(FlowContext context)
    {
        var lost = new HashSet<string>(StringComparer.Ordinal);
        foreach (var bridge in context.Bridges.Values)
        {
            // without any flow it need not be known for the agent's by its controller: VMs or tunnels on it will do
            var isAgents = bridge.Bridge is { FailMode: "secure", Controllers.Count: > 0 }
                || bridge.All.Count == 0 && bridge.Bridge is { FailMode: "secure" } && bridge.Bridge.Ports.Any(
                    p => p.Interfaces.Any(i => i.Type == "patch" || i.ExternalIds.ContainsKey("iface-id")))
                || bridge.All.Count == 0 && bridge.Bridge.Controllers.Count > 0
                // or by its neighbours: where they have controllers it had one, and without it forwards by itself
                || bridge.Bridge.Controllers.Count == 0 && bridge.Bridge.FailMode != "secure" && (bridge == context.Integration || bridge == context.Tunnels)
                    && context.Bridges.Values.Any(b => b.Bridge is { FailMode: "secure", Controllers.Count: > 0 });
            if (!isAgents && bridge is { All.Count: 0, Bridge.FailMode: not "secure", Bridge.Controllers.Count: 0 } && Carries(context, bridge))
            {
                lost.Add(bridge.Name);
                context.Add("flows-lost", bridge.Name, $"{bridge.Name} has no flow at all, not even the NORMAL that Open vSwitch gives a bridge",
                    ["no flow at all", $"fail_mode {bridge.Bridge.FailMode ?? "not set"}, no controller"], "nothing passes this bridge",
                    [.. context.Node.Topology.Vifs.Select(CheckNode.NameOf).Distinct()], $"ovs-ofctl add-flow {bridge.Name} priority=0,actions=NORMAL");
                continue;
            }
            if (!isAgents || bridge.All.Any(f => f.Cookie != 0) || bridge.All.Any(f => f.Matches.Count > 0))
            {
                continue;
            }
            lost.Add(bridge.Name);
            context.Add("flows-lost", bridge.Name, $"{bridge.Name} has none of the agent's flows",
                [bridge.All.Count == 0 ? "no flow at all" : $"{bridge.All.Count} flows, all with cookie 0; fail_mode {bridge.Bridge.FailMode ?? "not set"}"],
                bridge.All.Count == 0 ? "nothing passes this bridge" : "no network is kept apart from another, no address is checked",
                [.. context.Node.Topology.Vifs.Select(CheckNode.NameOf).Distinct()]);
        }
        return lost;
    }

    /// <summary>The address that tunnels start at is its own, or a physical network is mapped to it.</summary>
    private static bool Carries(FlowContext context, BridgeFlows bridge) =>
        context.Node.Tunnels.Any(t => t.Tunnel?.Local is { } local && context.Node.DeviceWith(local)?.Name == bridge.Name)
        || context.Bridges.Values.Any(b => b == context.Integration) && bridge.Bridge.Ports.Any(p => p.Interfaces.Any(i => i.Type == "patch"));

    public static void Run(FlowContext context)
    {
        if (context.Integration is { Cookie: not null } inner)
        {
            CheckIntegration(context, inner);
        }
        if (context.Tunnels is { Cookie: not null } tunnels)
        {
            CheckTunnels(context, tunnels);
        }
    }

    /// <summary>Whatever a flow sends to a table that has an entry for all must find one there.</summary>
    private static void CheckIntegration(FlowContext context, BridgeFlows flows)
    {
        if (!flows.In(0).Any(f => BridgeFlows.IsDefault(f) && !BridgeFlows.Drops(f)))
        {
            Missing(context, flows, 0, "for what has no flow of its own", context.Node.Topology.Vifs.Select(CheckNode.NameOf));
        }
        foreach (var table in (ReadOnlySpan<int>)[30, 31, 58, 59, 60])
        {
            if (!flows.All.Any(f => BridgeFlows.GoesTo(f, table)))
            {
                continue;
            }
            var all = flows.In(table).Where(BridgeFlows.IsDefault).OrderByDescending(f => f.Priority).FirstOrDefault();
            if (all is null)
            {
                Missing(context, flows, table, "for what is sent there", context.Node.Topology.Vifs.Select(CheckNode.NameOf));
            }
            else if (BridgeFlows.Drops(all))
            {
                Changed(context, flows, all, "drops what it shall send on");
            }
        }
        // without it ports without binding reach each other
        if (flows.In(24).Count > 0 && flows.In(60).Any(f => BridgeFlows.IsDefault(f) && !BridgeFlows.IsNormal(f) && !BridgeFlows.Drops(f)
            && !context.HasNativeFirewall && !f.Actions.Any(a => a is FlowAction.Resubmit or FlowAction.GotoTable)))
        {
            Changed(context, flows, flows.In(60).First(BridgeFlows.IsDefault), "shall be NORMAL");
        }
    }

    private static void CheckTunnels(FlowContext context, BridgeFlows flows)
    {
        if (flows.In(2).Count == 0 && flows.In(20).Count == 0)
        {
            return; // another layout than the agent's
        }
        if (Patch(context, flows) is { } patch)
        {
            Expect(context, flows, flows.From(0, patch).ToList(), 2, 0, flows.NameOf(patch), "what comes from VMs", [1]);
            if (flows.In(10).FirstOrDefault(f => BridgeFlows.IsDefault(f)) is not { } learn)
            {
                Missing(context, flows, 10, "that takes what comes from tunnels to br-int", Users(context));
            }
            else if (!flows.Outputs(learn).Contains(patch))
            {
                Changed(context, flows, learn, $"does not send to {flows.NameOf(patch)}");
            }
        }
        foreach (var tunnel in context.Node.Tunnels.Where(t => t.OvsBridge == flows.Name && IsWanted(context, t)))
        {
            if (flows.NumberOf(tunnel.Name) is { } port && TableOf(tunnel.Tunnel?.Type) is { } table)
            {
                Expect(context, flows, flows.From(0, port).ToList(), table, 0, tunnel.Name, $"what comes in by {tunnel.Name}", [9]);
            }
        }
        foreach (var (what, isMulticast, table) in (ReadOnlySpan<(string, bool, int)>)[("for one receiver", false, 20), ("for many", true, 22)])
        {
            var found = flows.In(2).Where(f => IsAddressed(f, isMulticast)).ToList();
            if (!found.Exists(f => BridgeFlows.GoesTo(f, table)))
            {
                ExpectFound(context, flows, found.FirstOrDefault(), 2, $"that sends what is {what} to table {table}", table.ToString(System.Globalization.CultureInfo.InvariantCulture));
            }
        }
        if (!flows.In(20).Any(f => BridgeFlows.IsDefault(f) && BridgeFlows.GoesTo(f, 22)))
        {
            Missing(context, flows, 20, "that floods what is for an address not yet known", Users(context));
        }
        if (flows.In(22).Count == 0)
        {
            Missing(context, flows, 22, "that sends into tunnels what is for many", Users(context));
        }
        CheckResponder(context, flows);
    }

    /// <summary>With an ARP responder questions go to table 21, and on to the flood where nobody answers there.</summary>
    private static void CheckResponder(FlowContext context, BridgeFlows flows)
    {
        var leads = flows.In(2).Any(f => BridgeFlows.HasProtocol(f, "arp") && BridgeFlows.GoesTo(f, 21));
        if (leads && !flows.In(21).Any(f => BridgeFlows.IsDefault(f) && BridgeFlows.GoesTo(f, 22)))
        {
            Missing(context, flows, 21, "that floods the ARP questions to which no answer is known", Users(context));
        }
        else if (!leads && flows.In(21).Any(f => BridgeFlows.HasProtocol(f, "arp")) && !flows.All.Any(f => BridgeFlows.GoesTo(f, 21)))
        {
            context.Add("flow-missing", $"{flows.Name} table=2 arp", $"{flows.Name}: no flow in table 2 that sends ARP to the responder in table 21",
                [$"ovs-ofctl dump-flows {flows.Name} table=2"], "all ARP is flooded to all nodes, though the answers are known here", [.. Users(context)]);
        }
    }

    private static bool IsAddressed(Flow flow, bool isMulticast) => flow.Matches.Any(m =>
        m is Match.Value { Field.Name: "dl_dst" } value && value.Mask == (UInt128)0x0100_0000_0000 && value.Wanted != 0 == isMulticast);

    /// <summary>A tunnel to nobody that Neutron knows (a node that comes or went) needs no flows.</summary>
    public static bool IsWanted(FlowContext context, Node.Topologies.Element tunnel) =>
        context.Check.Cloud?.Agents is not { } agents || !agents.Any(a => a.TunnelingIP is not null)
        || tunnel.Tunnel?.Remote is not { } remote || agents.Any(a => a.TunnelingIP == remote.ToString());

    /// <summary>The patch port towards br-int, on br-tun.</summary>
    public static int? Patch(FlowContext context, BridgeFlows flows)
    {
        var port = flows.Bridge.Ports.SelectMany(p => p.Interfaces).FirstOrDefault(i => i.Type == "patch" && i.OfPort > 0
            && (i.Name == "patch-int" || i.Options.GetValueOrDefault("peer") is { } peer && context.Node.OvsPort(peer)?.Bridge.Name == "br-int"));
        return port?.OfPort;
    }

    private static void Expect(
        FlowContext context, BridgeFlows flows, List<Flow> found, int to, int table, string about, string what, ReadOnlySpan<int> alternatives)
    {
        foreach (var other in alternatives)
        {
            if (found.Exists(f => BridgeFlows.GoesTo(f, other)))
            {
                return; // DVR
            }
        }
        if (found.Exists(f => BridgeFlows.GoesTo(f, to)))
        {
            return;
        }
        ExpectFound(context, flows, found.FirstOrDefault(), table, $"that sends {what} to table {to}", about);
    }

    private static void ExpectFound(FlowContext context, BridgeFlows flows, Flow? found, int table, string what, string about) =>
        context.Add(found is null ? "flow-missing" : "flow-changed", $"{flows.Name} {about}",
            found is null ? $"{flows.Name}: no flow in table {table} {what}" : $"{flows.Name}: the flow in table {table} {what} does something else",
            found is null ? [$"ovs-ofctl dump-flows {flows.Name} table={table}"] : [FlowContext.Show(found)],
            "these packets do not pass this bridge", [.. Users(context)]);

    private static void Missing(FlowContext context, BridgeFlows flows, int table, string what, IEnumerable<string> users) =>
        context.Add("flow-missing", $"{flows.Name} table={table}", $"{flows.Name}: no flow in table {table} {what}",
            [$"ovs-ofctl dump-flows {flows.Name} table={table}"], "packets that come there are dropped", [.. users.Distinct()]);

    private static void Changed(FlowContext context, BridgeFlows flows, Flow flow, string how) =>
        context.Add("flow-changed", $"{flows.Name} table={flow.Table}", $"{flows.Name}: a flow of the agent's in table {flow.Table} {how}",
            [FlowContext.Show(flow)], "packets that come there do not go on as they should", [.. Users(context)]);

    private static IEnumerable<string> Users(FlowContext context) =>
        context.Node.Topology.Vifs.Where(v => v.Network?.Type is "vxlan" or "gre" or "geneve").Select(CheckNode.NameOf).Distinct();

    public static int? TableOf(string? type) => type switch { "gre" => 3, "vxlan" => 4, "geneve" => 6, _ => null };
}
