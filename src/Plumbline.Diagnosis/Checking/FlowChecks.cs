using System.Globalization;
using Plumbline.Node.Topologies;
using Plumbline.OpenFlow.Flows;

namespace Plumbline.Diagnosis.Checking;

/// <summary>Flows of the agent's bridges: what translates between local VLANs and segments, and what somebody else put there.</summary>
internal static class FlowChecks
{
    private const int DeadVlan = 4095;

    public static void Run(CheckContext context)
    {
        foreach (var node in context.Nodes)
        {
            if (node.Snapshot.Ovs is null)
            {
                continue;
            }
            var bridges = new Dictionary<string, IReadOnlyList<Flow>>(StringComparer.Ordinal);
            foreach (var bridge in node.Snapshot.Switching?.Bridges ?? [])
            {
                if (bridge.Flows is { } text)
                {
                    bridges[bridge.Bridge] = FlowDump.Parse(text).Flows;
                }
            }
            if (bridges.Count == 0)
            {
                context.Found.Skip($"{node.Name}: flows (no ovs-ofctl dump-flows)");
                continue;
            }
            foreach (var (bridge, flows) in bridges)
            {
                CheckForeign(context, node, bridge, flows);
            }
            foreach (var network in node.Topology.Vifs.Where(v => v is { Network.SegmentationId: not null, LocalVlan: > 0 and < DeadVlan })
                .GroupBy(v => (v.Network!.Type, v.Network.SegmentationId)))
            {
                // where ports disagree about a network's VLAN, that is the finding, and most of them are right
                var vlan = network.GroupBy(v => v.LocalVlan!.Value).OrderByDescending(g => g.Count()).First().Key;
                CheckNetwork(context, node, network.First().Network!, vlan, bridges);
            }
        }
    }

    /// <summary>The agent marks its flows with one cookie a bridge; a drop with another was put there by hand.</summary>
    private static void CheckForeign(CheckContext context, CheckNode node, string bridge, IReadOnlyList<Flow> flows)
    {
        var own = flows.GroupBy(f => f.Cookie).OrderByDescending(g => g.Count()).FirstOrDefault();
        if (own is null || own.Key == 0 || own.Count() * 2 < flows.Count)
        {
            return; // not an agent's bridge
        }
        foreach (var flow in flows.Where(f => f.Cookie != own.Key && f.Actions is [] or [{ Text: "drop" }]))
        {
            context.Found.Add(new()
            {
                Id = "flow-foreign",
                Node = node.Name,
                Object = $"{bridge} {flow.MatchText}",
                What = $"{bridge}: a flow that is not the agent's drops {(flow.MatchText.Length > 0 ? flow.MatchText : "everything")}",
                Evidence =
                [
                    flow.ToString(),
                    string.Create(CultureInfo.InvariantCulture, $"cookie 0x{flow.Cookie:x}; the agent's flows here have 0x{own.Key:x}"),
                ],
                Consequence = "what it matches goes no further",
                Fix = string.Create(CultureInfo.InvariantCulture, $"ovs-ofctl del-flows {bridge} cookie=0x{flow.Cookie:x}/-1"),
            });
        }
    }

    private static void CheckNetwork(
        CheckContext context, CheckNode node, Network network, int vlan, Dictionary<string, IReadOnlyList<Flow>> bridges)
    {
        var segment = network.SegmentationId!.Value;
        var name = network.Id is { } id && context.Cloud?.Networks?.GetValueOrDefault(id) is { Name.Length: > 0 } known
            ? known.Name : network.Id ?? string.Create(CultureInfo.InvariantCulture, $"with VLAN {vlan}");
        if (network.Type is "vxlan" or "gre" or "geneve")
        {
            if (node.Tunnels.FirstOrDefault()?.OvsBridge is { } tunnels && bridges.TryGetValue(tunnels, out var flows))
            {
                Expect(tunnels, flows, $"tun_id=0x{segment:x}", null, vlan, "comes in by tunnels");
                if (!flows.Any(f => Has(f.MatchText, $"dl_vlan={vlan}") && SetsTunnel(f.ActionsText, segment)))
                {
                    Missing(tunnels, $"sends VLAN {vlan} into tunnels with key {segment}");
                }
            }
        }
        else if (network is { Type: "vlan", PhysicalNetwork: not null }
            && bridges.TryGetValue("br-int", out var inner))
        {
            Expect("br-int", inner, $"dl_vlan={segment}", "in_port=", vlan, $"comes in from {network.PhysicalNetwork}");
        }

        void Expect(string bridge, IReadOnlyList<Flow> flows, string match, string? also, int to, string what)
        {
            var found = flows.Where(f => Has(f.MatchText, match) && (also is null || f.MatchText.Contains(also, StringComparison.Ordinal)))
                .ToList();
            if (found.Exists(f => SetsVlan(f.ActionsText, to)))
            {
                return;
            }
            var wrong = found.Find(f => f.ActionsText.Contains("vlan_vid", StringComparison.Ordinal));
            if (wrong is null)
            {
                Missing(bridge, $"gives what {what} ({match}) VLAN {to}");
                return;
            }
            context.Found.Add(new()
            {
                Id = "flow-vlan",
                Node = node.Name,
                Object = $"{bridge} {match}",
                What = $"{bridge}: what {what} for network {name} gets another VLAN than the network's {to}",
                Evidence = [wrong.ToString()],
                Consequence = "the network's packets end in another network",
                Fix = "systemctl restart neutron-openvswitch-agent: it writes its flows anew",
                Suffers = Users(),
            });
        }

        void Missing(string bridge, string what) => context.Found.Add(new()
        {
            Id = "flow-missing",
            Node = node.Name,
            Object = $"{bridge} {name}",
            What = $"{bridge}: no flow {what}, for network {name}",
            Consequence = "the network's packets do not pass this bridge",
            Fix = "systemctl restart neutron-openvswitch-agent: it writes its flows anew",
            Suffers = Users(),
        });

        List<string> Users() => [.. node.Topology.Vifs.Where(v => v.Network?.Id == network.Id).Select(CheckNode.NameOf).Distinct()];
    }

    private static bool Has(string matches, string one) => matches.Split(',').Contains(one);

    private static bool SetsVlan(string actions, int vlan) =>
        actions.Split(',').Any(a => a == $"mod_vlan_vid:{vlan}" || a == $"set_field:{vlan + 4096}->vlan_vid");

    private static bool SetsTunnel(string actions, int key) => actions.Split(',').Any(a =>
        a == $"set_tunnel:0x{key:x}" || a == $"set_tunnel64:0x{key:x}" || a == $"set_field:0x{key:x}->tun_id" || a == $"load:0x{key:x}->NXM_NX_TUN_ID[]");
}
