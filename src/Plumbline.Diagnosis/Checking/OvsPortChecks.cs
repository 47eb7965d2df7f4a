using System.Globalization;
using Plumbline.Neutron;
using Plumbline.Neutron.Api;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;
using Plumbline.OpenFlow.Ports;

namespace Plumbline.Diagnosis.Checking;

/// <summary>Ports of Open vSwitch as they are configured: VLAN modes, OpenFlow's own switches, and the patches that join the agent's bridges.</summary>
internal static class OvsPortChecks
{
    private const int DeadVlan = 4095;

    public static void Run(CheckContext context, CheckNode node)
    {
        CheckModes(context, node);
        CheckOpenFlow(context, node);
        CheckJoined(context, node);
        OvsSettingChecks.Run(context, node);
    }

    /// <summary>A device named after a port of Neutron's whose row does not name that port: the agent passes over it.</summary>
    public static void CheckNameless(CheckContext context, CheckNode node, OvsInterface row, IReadOnlyDictionary<string, CloudPort> ports)
    {
        if (row.Name.Length < 3 || row.Name[..3] is not ("qvo" or "tap" or "vhu" or "qr-" or "qg-") || DeviceNames.PortIdPrefix(row.Name) is not { } start
            || ports.Values.FirstOrDefault(p => p.Id.StartsWith(start, StringComparison.Ordinal)) is not { } named || !node.IsCalled(named.Host))
        {
            return;
        }
        context.Found.Add(new()
        {
            Id = "iface-id-wrong",
            Node = node.Name,
            Object = row.Name,
            What = $"{row.Name}: its row has no iface-id; its name says {named.Id}",
            Evidence = [$"external_ids: {string.Join(", ", row.ExternalIds.Select(e => $"{e.Key}={e.Value}"))}"],
            Consequence = "the agent does not know whose it is and does not bind it",
            Fix = $"ovs-vsctl set Interface {row.Name} external_ids:iface-id={named.Id}",
            Suffers = OvsChecks.Sufferers(node, row.Name),
        });
    }

    /// <summary>A device named after one port whose row names another, or, of a hybrid chain, none: true where that is found.</summary>
    public static bool CheckNamed(CheckContext context, CheckNode node, OvsBridge bridge, OvsInterface row)
    {
        if (row.Name.Length < 3 || row.Name[..3] is not ("qvo" or "tap" or "vhu" or "qr-" or "qg-") || DeviceNames.PortIdPrefix(row.Name) is not { } start)
        {
            return false;
        }
        var id = row.ExternalIds.GetValueOrDefault("iface-id");
        if (id is null && !node.OvsPorts.Any(p => p.Row.ExternalIds.Count > 0))
        {
            return false;       // "ovs-vsctl show" tells none
        }
        if (id is null ? row.Name[..3] != "qvo" : id.StartsWith(start, StringComparison.Ordinal))
        {
            return false;
        }
        var whole = node.Topology.Vifs.FirstOrDefault(v => v.PortId is { } known && known.StartsWith(start, StringComparison.Ordinal))?.PortId ?? start + "…";
        context.Found.Add(new()
        {
            Id = "iface-id-wrong",
            Node = node.Name,
            Object = row.Name,
            What = id is null ? $"{row.Name}: its row has no iface-id; its name says {whole}" : $"{row.Name}: iface-id {id}, but its name says {whole}",
            Evidence = [$"external_ids of {row.Name} on {bridge.Name}: {string.Join(", ", row.ExternalIds.Select(e => $"{e.Key}={e.Value}"))}"],
            Consequence = "the agent does not know whose it is, or binds it for another port's VM",
            Fix = $"ovs-vsctl set Interface {row.Name} external_ids:iface-id={whole}",
            Suffers = OvsChecks.Sufferers(node, row.Name),
        });
        return true;
    }

    /// <summary>The agent makes access ports; with another mode what a VM sends untagged is not in its VLAN, or comes to it with a tag.</summary>
    private static void CheckModes(CheckContext context, CheckNode node)
    {
        foreach (var (bridge, port, row) in node.OvsPorts)
        {
            if (port.Tag is > 0 and < DeadVlan && port.VlanMode is "trunk" or "native-tagged" && row.ExternalIds.ContainsKey("iface-id"))
            {
                context.Found.Add(new()
                {
                    Id = "vlan-mode",
                    Node = node.Name,
                    Object = row.Name,
                    What = string.Create(CultureInfo.InvariantCulture, $"{row.Name}: vlan_mode is {port.VlanMode}, so its frames are not simply in VLAN {port.Tag}"),
                    Evidence = [string.Create(CultureInfo.InvariantCulture, $"Port {row.Name} on {bridge.Name}: tag={port.Tag}, vlan_mode={port.VlanMode}, trunks=[{string.Join(", ", port.Trunks)}]")],
                    Consequence = "what it sends without a tag is in no network; what it gets bears a tag that it does not expect",
                    Fix = $"ovs-vsctl clear Port {row.Name} vlan_mode trunks",
                    Suffers = OvsChecks.Sufferers(node, row.Name),
                });
            }
        }
    }

    /// <summary>ovs-ofctl mod-port: a port that does not receive, send or flood.</summary>
    private static void CheckOpenFlow(CheckContext context, CheckNode node)
    {
        foreach (var told in node.Snapshot.Switching?.Bridges ?? [])
        {
            if (told.Ports is not { } text || !(text.Contains("NO_", StringComparison.Ordinal)))
            {
                continue;
            }
            foreach (var port in PortDump.Parse(text).Ports)
            {
                var off = port.Config.Where(c => c is "NO_RECV" or "NO_FWD" or "NO_FLOOD").ToList();
                if (off.Count == 0 || port.Name == told.Bridge)
                {
                    continue;
                }
                context.Found.Add(new()
                {
                    Id = "openflow-port",
                    Node = node.Name,
                    Object = port.Name,
                    What = $"{port.Name}: OpenFlow has switched off {string.Join(", ", off.Select(Meaning))} at it",
                    Evidence = [$"ovs-ofctl show {told.Bridge}: config {string.Join(' ', off)}"],
                    Consequence = "these packets are dropped, and no flow's counter tells",
                    Fix = $"ovs-ofctl mod-port {told.Bridge} {port.Name} receive; … forward; … flood",
                    Suffers = OvsChecks.Sufferers(node, port.Name),
                });
            }
        }
    }

    private static string Meaning(string config) => config switch { "NO_RECV" => "receiving", "NO_FWD" => "sending", _ => "flooding" };

    /// <summary>br-int is joined to br-tun, and to the bridge of each physical network, by a pair of patch ports.</summary>
    private static void CheckJoined(CheckContext context, CheckNode node)
    {
        if (node.Snapshot.Ovs is { IsCut: true })
        {
            return;
        }
        var inner = node.AgentOption("integration_bridge") ?? "br-int";
        var vifs = node.Topology.Vifs;
        if (node.Tunnels.FirstOrDefault()?.OvsBridge is { } tunnels && tunnels != inner && vifs.Any(v => v.Network?.Type is "vxlan" or "gre" or "geneve"))
        {
            Expect(tunnels, [.. vifs.Where(v => v.Network?.Type is "vxlan" or "gre" or "geneve")]);
        }
        foreach (var mapping in (node.AgentOption("bridge_mappings") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (mapping.Split(':') is [var physical, var bridge])
            {
                var users = vifs.Where(v => v.Network?.PhysicalNetwork == physical.Trim()).ToList();
                if (users.Count > 0)
                {
                    Expect(bridge.Trim(), users);
                    ExpectUplink(context, node, bridge.Trim(), physical.Trim(), users);
                }
            }
        }

        void Expect(string bridge, List<Vif> users)
        {
            var patches = node.OvsPorts.Where(p => p.Row.Type == "patch").ToList();
            // one end that is there complains of the other by itself
            if (patches.Any(p => p.Bridge.Name == bridge || p.Bridge.Name == inner && (p.Row.Name == "int-" + bridge
                || bridge.EndsWith("-tun", StringComparison.Ordinal) && p.Row.Name == "patch-tun"))
                || IsJoinedByVeth(node, inner, bridge) || context.Found.Has(node, "bridge-missing", bridge))
            {
                return;
            }
            context.Found.Add(new()
            {
                Id = "patch-missing",
                Node = node.Name,
                Object = bridge,
                What = node.Snapshot.Ovs!.Bridges.Any(b => b.Name == bridge) ? $"no patch ports join {inner} and {bridge}" : $"there is no bridge {bridge}",
                Evidence = [$"patch ports: {(patches.Count == 0 ? "none" : string.Join(", ", patches.Select(p => p.Row.Name)))}"],
                Consequence = $"nothing passes between {inner} and {bridge}",
                Fix = "systemctl restart neutron-openvswitch-agent: it joins them anew",
                Suffers = [.. users.Select(CheckNode.NameOf).Distinct()],
            });
        }
    }

    private static bool IsJoinedByVeth(CheckNode node, string inner, string bridge) =>
        node.OvsPort("int-" + bridge)?.Bridge.Name == inner && node.OvsPort("phy-" + bridge)?.Bridge.Name == bridge;

    /// <summary>A physical network's bridge without any device that leads out.</summary>
    private static void ExpectUplink(CheckContext context, CheckNode node, string bridge, string physical, List<Vif> users)
    {
        if (node.Snapshot.Ovs!.Bridges.FirstOrDefault(b => b.Name == bridge) is not { } found
            || found.Ports.Any(p => p.Name != bridge && p.Interfaces.Any(i => i.Type != "patch")))
        {
            return;
        }
        context.Found.Add(new()
        {
            Id = "uplink-missing",
            Node = node.Name,
            Object = bridge,
            What = $"{bridge} has no port that leads out of the node",
            Evidence = [$"ports of {bridge}: {string.Join(", ", found.Ports.Select(p => p.Name))}"],
            Consequence = $"networks on {physical} end at this node",
            Fix = $"ovs-vsctl add-port {bridge} NIC",
            Suffers = [.. users.Select(CheckNode.NameOf).Distinct()],
        });
    }
}
