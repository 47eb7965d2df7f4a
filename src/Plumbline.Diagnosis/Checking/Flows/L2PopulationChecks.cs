using System.Globalization;
using System.Net.Sockets;
using Plumbline.Neutron.Api;
using Plumbline.Node.Topologies;
using Plumbline.OpenFlow.Flows;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Checking.Flows;

/// <summary>
/// What L2 population tells a node of the others: which tunnel leads to an address (table 20), who has an IP address (table 21). Also what
/// br-tun learned itself: a VM's address that comes from both sides moves to and fro.
/// </summary>
internal static partial class L2PopulationChecks
{
    private const int UnicastTable = 20;
    private const int ArpTable = 21;
    private const int Recent = 30;

    public static void Run(FlowContext context)
    {
        if (context.Tunnels is not { Cookie: not null } flows)
        {
            return;
        }
        CheckFlapping(context, flows);
        if (!context.HasL2Population)
        {
            return;
        }
        var isAll = context.Check.Cloud is { Ports: not null, Agents: not null };
        var (ports, agents) = isAll ? (context.Check.Cloud!.Ports!.Values.ToList(), context.Check.Cloud.Agents!) : Told(context);
        var answers = flows.In(ArpTable).Any(f => BridgeFlows.HasProtocol(f, "arp")) || NetworkFlowChecks.HasResponder(flows);
        var told = new List<Entry>();
        foreach (var group in context.Node.Topology.Vifs
            .Where(v => v is { Network: { Id: not null, Type: "vxlan" or "gre" or "geneve" }, LocalVlan: > 0 and < FlowContext.DeadVlan })
            .GroupBy(v => v.Network!.Id!))
        {
            var vlan = group.GroupBy(v => v.LocalVlan!.Value).OrderByDescending(g => g.Count()).First().Key;
            var network = group.First().Network!;
            foreach (var port in ports.Where(p => p.NetworkId == group.Key && IsPopulated(context, p)).OrderBy(p => p.Id, StringComparer.Ordinal))
            {
                if (agents.FirstOrDefault(a => a.TunnelingIP is not null && a.Host == port.Host && a.TunnelTypes.Contains(network.Type!)) is { } agent)
                {
                    CheckPort(context, flows, network, vlan, port, agent, answers, isAll, told);
                }
            }
            if (isAll)
            {
                CheckStale(context, flows, network, vlan, [.. ports.Where(p => p.NetworkId == group.Key)], Missed(told, vlan));
            }
            else if (AreAllGiven(context, flows))
            {
                CheckStale(context, flows, network, vlan, Plugged(context, group.Key), Missed(told, vlan));
            }
        }
        Tell(context, flows, told);
    }

    /// <summary>Without Neutron's word: the VMs that are plugged on the other nodes that were given, and where their tunnels start.</summary>
    private static (List<CloudPort> Ports, IReadOnlyList<CloudAgent> Agents) Told(FlowContext context)
    {
        var ports = new List<CloudPort>();
        var agents = new List<CloudAgent>();
        foreach (var node in context.Check.Nodes.Where(n => n != context.Node))
        {
            foreach (var tunnels in node.Tunnels.Where(t => t.Tunnel?.Local is not null).GroupBy(t => t.Tunnel!.Local!))
            {
                agents.Add(new("", node.Name, null, true, tunnels.Key.ToString(), [.. tunnels.Select(t => t.Tunnel!.Type).Distinct()], true));
            }
            foreach (var vif in node.Topology.Vifs.Where(v => v is { Owner: VifOwner.Instance, PortId: not null, Address: not null, Network.Id: not null, LocalVlan: > 0 and < FlowContext.DeadVlan }))
            {
                ports.Add(new()
                {
                    Id = vif.PortId!,
                    Name = CheckNode.NameOf(vif),
                    NetworkId = vif.Network!.Id!,
                    Address = vif.Address,
                    FixedAddresses = AddressesOf(node, vif),
                    Owner = "compute:",
                    Host = node.Name,
                    VifType = "ovs",
                });
            }
        }
        return (ports, agents);
    }

    /// <summary>Each tunnel leads to a node that was given: who is on none of them is nowhere.</summary>
    private static bool AreAllGiven(FlowContext context, BridgeFlows flows) => context.Check.Nodes.Count > 1
        && context.Node.Tunnels.All(t => t.OvsBridge != flows.Name || t.Tunnel?.Remote is { } remote
            && context.Check.Nodes.Any(n => n != context.Node && n.Snapshot.Ovs is not null && n.Tunnels.Any(o => remote.Equals(o.Tunnel?.Local))));

    /// <summary>MAC addresses of a network's ports on all nodes, VMs', routers' and DHCP servers'.</summary>
    private static List<CloudPort> Plugged(FlowContext context, string network) =>
    [
        .. context.Check.Nodes.SelectMany(n => n.OvsPorts).Where(p => p.Port.OtherConfig.GetValueOrDefault("net_uuid") is not { } own || own == network)
            .Select(p => MacAddress.TryParse(p.Row.ExternalIds.GetValueOrDefault("attached-mac"), out var mac) ? mac : (MacAddress?)null).OfType<MacAddress>()
            .Concat(context.Check.Nodes.SelectMany(n => n.Topology.Vifs).Select(v => v.Address).OfType<MacAddress>())
            .Select(mac => new CloudPort { Id = "", NetworkId = network, Address = mac }),
    ];

    /// <summary>As the iptables filter has them, else the flows of the native firewall.</summary>
    private static IReadOnlyList<System.Net.IPAddress> AddressesOf(CheckNode node, Vif vif)
    {
        if (vif.IPAddresses.Count == 0 && vif.OvsBridge is { } bridge && CheckNode.OvsPortOf(vif) is { } name && node.OvsPort(name)?.Row.OfPort is { } number)
        {
            return node.FlowAddresses.Of(bridge, number);
        }
        return [.. vif.IPAddresses.Where(a => !a.StartsWith("fe80", StringComparison.Ordinal)).Select(System.Net.IPAddress.Parse)];
    }

    /// <summary>What was told of ports that are gone; but for a flow that stands where one is missed, only with another address.</summary>
    private static void CheckStale(FlowContext context, BridgeFlows flows, Network network, int vlan, List<CloudPort> ports, List<int> missed)
    {
        foreach (var flow in flows.In(UnicastTable))
        {
            if (flow.Priority > 1 && BridgeFlows.Vlan(flow) == vlan && BridgeFlows.Mac(flow, "dl_dst") is { } mac
                && !ports.Exists(p => p.Address == mac) && !BridgeFlows.Drops(flow) && !(flows.Outputs(flow) is [var to, ..] && missed.Remove(to)))
            {
                context.Add("l2pop-wrong", $"{flows.Name} {mac}", $"{flows.Name}: a flow leads to {mac}, which no port of network {context.NameOf(network)} has",
                    [FlowContext.Show(flow)], "left over; who gets this address later is not reached from here");
            }
        }
        foreach (var flow in flows.In(ArpTable))
        {
            if (BridgeFlows.Vlan(flow) == vlan && BridgeFlows.Address(flow, "arp_tpa") is { } text && System.Net.IPAddress.TryParse(text, out var address)
                && MacAnswered(flow) is { } answer && !ports.Exists(p => p.Address == answer)
                && !ports.Exists(p => p.FixedAddresses.Contains(address) && IsPopulated(context, p)))
            {
                context.Add("l2pop-wrong", $"{flows.Name} {address}", $"{flows.Name}: the ARP responder answers for {address}, which no port of network {context.NameOf(network)} has",
                    [FlowContext.Show(flow)], $"who gets {address} later is not found from here, or under another's MAC address");
            }
        }
    }

    /// <summary>Ports that are told to other nodes: in use, on one node only.</summary>
    private static bool IsPopulated(FlowContext context, CloudPort port) =>
        port is { IsUp: true, Host.Length: > 0, Address: not null, VifType: "ovs", IsActive: not false } && !context.Node.IsCalled(port.Host)
        && port.Owner is not ("network:router_interface_distributed" or "network:router_ha_interface" or "network:ha_router_replicated_interface"
            or "network:floatingip" or "network:floatingip_agent_gateway")
        && (port.FixedAddresses.Count > 0 || port.Owner == "compute:");     // of a VM that only its node told of they may not be known

    private static void CheckPort(
        FlowContext context, BridgeFlows flows, Network network, int vlan, CloudPort port, CloudAgent agent, bool answers, bool isAll,
        List<Entry> told)
    {
        var mac = port.Address!.Value;
        var tunnel = context.Node.Tunnels.FirstOrDefault(t => t.OvsBridge == flows.Name && t.Tunnel?.Type == network.Type
            && t.Tunnel?.Remote?.ToString() == agent.TunnelingIP);
        if (tunnel is null || flows.NumberOf(tunnel.Name) is not { } number)
        {
            return; // the tunnel itself is missed
        }
        var name = port.Name.Length > 0 ? port.Name : port.Id;
        var flow = flows.In(UnicastTable).FirstOrDefault(f => f.Priority > 1 && BridgeFlows.Vlan(f) == vlan && BridgeFlows.Mac(f, "dl_dst") == mac);
        var match = string.Create(CultureInfo.InvariantCulture, $"table={UnicastTable} dl_vlan={vlan},dl_dst={mac}");
        var entry = new Entry(UnicastTable, vlan, number, agent.Host ?? tunnel.Name);
        told.Add(entry);
        if (flow is null)
        {
            entry.Miss = () => context.Add("l2pop-missing", $"{flows.Name} {mac}", $"{flows.Name}: no flow tells by which tunnel {name} ({mac}) on {agent.Host} is reached",
                [$"no flow {match}", .. answers && isAll && !AnswersAll(flows, vlan, port) ? (string[])["the ARP responder does not know its address either"] : []], "until its address is learned, what is sent to it is flooded, or lost where the flood does not reach it",
                context.UsersOf(network));
        }
        else if (!flows.Outputs(flow).Contains(number) || BridgeFlows.TunnelKey(flow) is { } key && network.SegmentationId is { } segment && key != (UInt128)segment)
        {
            context.Add("l2pop-wrong", $"{flows.Name} {mac}",
                $"{flows.Name}: what is for {name} ({mac}) does not go to {agent.Host} by {tunnel.Name} with key {network.SegmentationId}",
                [FlowContext.Show(flow), $"{agent.Host} is behind {tunnel.Name}, port {number}"], $"nobody here reaches {name}", context.UsersOf(network));
        }
        if (answers)
        {
            CheckAnswers(context, flows, network, port, name, isAll, flow is null, entry, told);
        }
    }

    private static Flow? AnswerFor(BridgeFlows flows, int vlan, System.Net.IPAddress address) =>
        flows.In(ArpTable).FirstOrDefault(f => BridgeFlows.Vlan(f) == vlan && BridgeFlows.IsAddress(BridgeFlows.Address(f, "arp_tpa"), address));

    private static bool AnswersAll(BridgeFlows flows, int vlan, CloudPort port) =>
        port.FixedAddresses.All(a => a.AddressFamily != AddressFamily.InterNetwork || AnswerFor(flows, vlan, a) is not null);

    /// <summary>Where Neutron was not asked the addresses are those that the port may send with, of which only its own are told to others.</summary>
    private static void CheckAnswers(
        FlowContext context, BridgeFlows flows, Network network, CloudPort port, string name, bool isAll, bool isMissed, Entry unicast, List<Entry> told)
    {
        var vlan = unicast.Vlan;
        var isAny = port.FixedAddresses.Any(a => AnswerFor(flows, vlan, a) is not null);
        foreach (var address in port.FixedAddresses.Where(a => a.AddressFamily == AddressFamily.InterNetwork))
        {
            var flow = AnswerFor(flows, vlan, address);
            var entry = unicast with { Table = ArpTable, Miss = null };
            told.Add(entry);
            if (flow is null)
            {
                if (isMissed || !isAll && isAny)
                {
                    told.RemoveAt(told.Count - 1);
                    continue;   // the port as a whole was not told of, or this address is none of its own
                }
                entry.Miss = () => context.Add("l2pop-missing", $"{flows.Name} {address}", $"{flows.Name}: the ARP responder does not know {address} of {name}",
                    [string.Create(CultureInfo.InvariantCulture, $"no flow table={ArpTable} arp,dl_vlan={vlan},arp_tpa={address}")],
                    "its ARP is flooded instead; where the flood does not reach it nobody finds it", context.UsersOf(network));
            }
            else if (!IsAnswer(flow, address))
            {
                context.Add("l2pop-wrong", $"{flows.Name} {address}", $"{flows.Name}: the ARP responder does not say where {address} of {name} is",
                    [FlowContext.Show(flow)], $"nobody here finds {name}: its ARP is neither answered nor flooded", context.UsersOf(network));
            }
            else if (MacAnswered(flow) is { } answer && answer != port.Address)
            {
                context.Add("l2pop-wrong", $"{flows.Name} {address}", $"{flows.Name}: the ARP responder gives {answer} for {address}; {name} has {port.Address}",
                    [FlowContext.Show(flow)], $"who asks here for {name} sends to an address that nobody has", context.UsersOf(network));
            }
        }
    }

    /// <summary>It goes back, and says that it is from the address that was asked for; a flow that floods instead is as good.</summary>
    private static bool IsAnswer(Flow flow, System.Net.IPAddress address)
    {
        if (BridgeFlows.Drops(flow))
        {
            return false;
        }
        foreach (var action in flow.Actions)
        {
            if (action is FlowAction.SetField { Target.Field.Name: "arp_spa" } set
                && (uint)set.Value != System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes()))
            {
                return false;
            }
        }
        return true;
    }

    private static MacAddress? MacAnswered(Flow flow)
    {
        foreach (var action in flow.Actions)
        {
            switch (action)
            {
                case FlowAction.SetField { Target.Field.Name: "arp_sha" } set:
                    return new((ulong)set.Value);
            }
        }
        return null;
    }

    /// <summary>br-tun learned, a moment ago, that a VM of this node is behind a tunnel.</summary>
    private static void CheckFlapping(FlowContext context, BridgeFlows flows)
    {
        foreach (var flow in flows.In(UnicastTable))
        {
            if (flow is not { HardTimeout: > 0, Priority: 1 } || BridgeFlows.Mac(flow, "dl_dst") is not { } mac || BridgeFlows.Vlan(flow) is not { } vlan
                || (flow.HardAge ?? flow.Duration?.TotalSeconds ?? Recent + 1) > Recent)
            {
                continue;
            }
            var own = context.Node.Topology.Vifs.FirstOrDefault(v => v.Address == mac && v.LocalVlan == vlan && v.Owner == VifOwner.Instance);
            if (own is null || context.Check.Found.HasFolded("duplicate-mac", mac.ToString()))
            {
                continue;
            }
            var from = flows.Outputs(flow) is [var port, ..] ? flows.NameOf(port) : "a tunnel";
            context.Add("fdb-flapping", mac.ToString(), $"{mac} of {CheckNode.NameOf(own)} comes in by {from} as well: it moves to and fro",
                [FlowContext.Show(flow), $"{CheckNode.OvsPortOf(own)} is its port on this node"],
                "what is sent to it goes to one place or the other, as the last frame has it", [CheckNode.NameOf(own)],
                "find who else sends with this address on the other node: a second VM with it, a migrated VM that was left running, or a loop");
        }
    }
}
