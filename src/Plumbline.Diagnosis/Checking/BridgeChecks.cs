using System.Globalization;
using System.Net;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Checking;

/// <summary>The agent's bridges as a whole, and the ports between them that must carry every VLAN.</summary>
internal static class BridgeChecks
{
    private const int Permanent = 0x80;
    private const int NoArp = 0x40;

    public static void Run(CheckContext context)
    {
        foreach (var node in context.Nodes)
        {
            CheckBlocked(context, node);
            CheckFixed(context, node);
            if (node.Snapshot.Ovs is not { } ovs)
            {
                continue;
            }
            var bridges = AgentBridges(node);
            if (ovs.Bridges.Any(b => b.Name == bridges.Inner))
            {
                if (!ovs.IsCut)
                {
                    CheckThere(context, node, ovs, bridges);
                }
                CheckFailMode(context, node, ovs, bridges);
            }
            CheckCarriers(context, node, ovs, bridges);
            if (node.Snapshot.Ovs is { IsCut: false })
            {
                CheckUnderlay(context, node);
            }
        }
    }

    /// <summary>Names as the agent's files have them, else its defaults; physical networks' bridges with the networks' names.</summary>
    private static (string Inner, string? Tunnels, List<(string Physical, string Bridge)> Mapped) AgentBridges(CheckNode node)
    {
        var mapped = new List<(string, string)>();
        foreach (var mapping in (node.AgentOption("bridge_mappings") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (mapping.Split(':') is [var physical, var bridge])
            {
                mapped.Add((physical.Trim(), bridge.Trim()));
            }
        }
        var hasTunnels = node.AgentOption("tunnel_types") is { Length: > 0 } || node.Topology.Vifs.Any(v => IsTunnelled(v.Network));
        return (node.AgentOption("integration_bridge") ?? "br-int", hasTunnels ? node.AgentOption("tunnel_bridge") ?? "br-tun" : null, mapped);
    }

    private static bool IsTunnelled(Network? network) => network?.Type is "vxlan" or "gre" or "geneve";

    /// <summary>What is said of ports and tunnels of a bridge that is gone stands below this.</summary>
    private static void CheckThere(
        CheckContext context, CheckNode node, OvsFacts ovs, (string Inner, string? Tunnels, List<(string Physical, string Bridge)> Mapped) bridges)
    {
        var patches = ovs.Bridges.Where(b => b.Name == bridges.Inner).SelectMany(b => b.Ports).Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        if (bridges.Tunnels is { } tunnels && !Has(tunnels) && !node.Tunnels.Any())
        {
            Gone(tunnels, "patch-tun", [.. node.Topology.Vifs.Where(v => IsTunnelled(v.Network))], "no tunnel of this node is left");
        }
        foreach (var (physical, bridge) in bridges.Mapped)
        {
            var users = node.Topology.Vifs.Where(v => v.Network?.PhysicalNetwork == physical).ToList();
            if (!Has(bridge) && (users.Count > 0 || patches.Contains("int-" + bridge)))
            {
                Gone(bridge, "int-" + bridge, users, $"networks on {physical} are cut off from this node, and the agent does not start without it");
            }
        }

        bool Has(string name) => ovs.Bridges.Any(b => b.Name == name);

        void Gone(string bridge, string patch, List<Vif> users, string consequence) => Add(context, node, "bridge-missing", bridge,
            $"there is no bridge {bridge}", [$"bridges: {string.Join(", ", ovs.Bridges.Select(b => b.Name))}",
                .. patches.Contains(patch) ? [$"{patch} on {bridges.Inner} leads to it"] : (string[])[]],
            consequence, $"ovs-vsctl add-br {bridge} (with its NIC, where it is a physical network's), then systemctl restart neutron-openvswitch-agent",
            [.. users.Select(CheckNode.NameOf).Distinct()]);
    }

    /// <summary>
    /// The agent sets its bridges to "secure". With "standalone" nothing is different while a controller is connected (ovs-vswitchd.conf.db(5),
    /// fail_mode); one that has lost it forgets the flows, and forwards by itself.
    /// </summary>
    private static void CheckFailMode(
        CheckContext context, CheckNode node, OvsFacts ovs, (string Inner, string? Tunnels, List<(string Physical, string Bridge)> Mapped) bridges)
    {
        var own = ovs.Bridges.Where(b => b.Name == bridges.Inner || b.Name == bridges.Tunnels || bridges.Mapped.Exists(m => m.Bridge == b.Name)).ToList();
        foreach (var bridge in own.Where(b => b.FailMode != "secure" && own.Exists(o => o.FailMode == "secure")))
        {
            if (bridge.Controllers.Any(c => c.IsConnected != false))
            {
                continue;
            }
            Add(context, node, "fail-mode", bridge.Name, $"{bridge.Name}: fail_mode is {bridge.FailMode ?? "not set"}, the agent sets secure",
                [string.Join(", ", own.Select(b => $"{b.Name}: {b.FailMode ?? "none"}"))],
                "without its controller it forgets the agent's flows and forwards every frame like a plain switch: past the firewall, and in loops",
                $"ovs-vsctl set-fail-mode {bridge.Name} secure", []);
        }
    }

    /// <summary>Patch ports and NICs carry every VLAN of their networks: a tag or a list of trunks at one of them shuts networks out.</summary>
    private static void CheckCarriers(
        CheckContext context, CheckNode node, OvsFacts ovs, (string Inner, string? Tunnels, List<(string Physical, string Bridge)> Mapped) bridges)
    {
        foreach (var (bridge, port, row) in node.OvsPorts)
        {
            var mapped = bridges.Mapped.Find(m => m.Bridge == bridge.Name || row.Name == "int-" + m.Bridge);
            var isInner = bridge.Name == bridges.Inner;
            var isPatch = row.Type == "patch" && (isInner || bridge.Name == bridges.Tunnels || mapped.Bridge is not null);
            var isUplink = !isPatch && mapped.Bridge == bridge.Name && row.Name != bridge.Name && row.Type.Length == 0;
            if (!isPatch && !isUplink || row.Name.StartsWith("tpi-", StringComparison.Ordinal) || row.Name.StartsWith("spi-", StringComparison.Ordinal))
            {
                continue;
            }
            var users = node.Topology.Vifs.Where(v => mapped.Physical is null ? IsTunnelled(v.Network) : v.Network?.PhysicalNetwork == mapped.Physical).ToList();
            // on the wire a flat network bears no tag, on br-int each its local one
            var needed = users.Select(v => isInner || mapped.Physical is null ? v.LocalVlan : v.Network?.Type == "flat" ? 0 : v.Network?.SegmentationId).OfType<int>().ToHashSet();
            var lost = port.Tag is not null && port.VlanMode is null or "access" ? needed.ToList()
                : port.Trunks.Count > 0 ? [.. needed.Where(v => !port.Trunks.Contains(v))] : [];
            if (lost.Count > 0)
            {
                Add(context, node, "vlan-mode", row.Name, $"{row.Name}: it has to carry every VLAN, and carries {(port.Tag is { } only
                    ? string.Create(CultureInfo.InvariantCulture, $"{only} alone") : string.Join(", ", port.Trunks))}",
                    [string.Create(CultureInfo.InvariantCulture, $"Port {row.Name} on {bridge.Name}: tag={port.Tag?.ToString(CultureInfo.InvariantCulture) ?? "[]"}, trunks=[{string.Join(", ", port.Trunks)}]"),
                        $"needed: {string.Join(", ", needed.Order())}"],
                    $"networks with VLAN {string.Join(", ", lost.Order())} do not pass it", $"ovs-vsctl clear Port {row.Name} tag trunks vlan_mode",
                    [.. users.Select(CheckNode.NameOf).Distinct()]);
            }
        }
    }

    /// <summary>The device that tunnels start at and the NIC beside it in its bridge are of one VLAN.</summary>
    private static void CheckUnderlay(CheckContext context, CheckNode node)
    {
        foreach (var local in node.Tunnels.Select(t => t.Tunnel?.Local).OfType<IPAddress>().Distinct())
        {
            if (node.DeviceWith(local) is not { } device || node.OvsPort(device.Name) is not { } own)
            {
                continue;
            }
            var vlan = own.Port.Tag ?? 0;
            var uplinks = own.Bridge.Ports.Where(p => p.Name != device.Name && p.Interfaces.Any(i => i.Type.Length == 0)).ToList();
            var shut = uplinks.Where(p => p.VlanMode is null or "access" && p.Tag is { } tag ? tag != vlan : p.Trunks.Count > 0 && !p.Trunks.Contains(vlan)).ToList();
            if (uplinks.Count == 0 && own.Bridge.Ports.All(p => p.Name == device.Name || p.Interfaces.All(i => i.Type.Length > 0 && i.Type != "patch")))
            {
                Add(context, node, "uplink-missing", own.Bridge.Name, $"{own.Bridge.Name} has no port that leads out of the node, and tunnels start at its address {local}",
                    [$"ports of {own.Bridge.Name}: {string.Join(", ", own.Bridge.Ports.Select(p => p.Name))}"], "no tunnel of this node works",
                    $"ovs-vsctl add-port {own.Bridge.Name} NIC", TunnelUsers(node));
            }
            else if (shut.Count == uplinks.Count && shut.Count > 0)
            {
                // who has a tag where the other has none was changed
                var (port, about) = shut[0].Tag is not null || shut[0].Trunks.Count > 0 ? (shut[0], shut[0].Name) : (own.Port, device.Name);
                Add(context, node, "vlan-mode", about, $"{about}: {shut[0].Name} and {device.Name} are in different VLANs of {own.Bridge.Name}",
                    [.. ((OvsPort[])[own.Port, shut[0]]).Select(p => $"Port {p.Name}: tag={p.Tag?.ToString(CultureInfo.InvariantCulture) ?? "[]"}, trunks=[{string.Join(", ", p.Trunks)}]")],
                    "no tunnel of this node works", $"ovs-vsctl clear Port {port.Name} tag trunks", TunnelUsers(node));
            }
            else if (own.Port.Tag is { } tag && uplinks.Exists(p => p.Tag is null) && context.Nodes.Any(n => n != node && IsUntagged(n)))
            {
                Add(context, node, "vlan-mode", device.Name, string.Create(CultureInfo.InvariantCulture, $"{device.Name}: tunnels leave this node with VLAN tag {tag}, other nodes' without one"),
                    [string.Create(CultureInfo.InvariantCulture, $"Port {device.Name}: tag={tag}")], "the other nodes do not take its tunnelled packets, nor it theirs",
                    $"ovs-vsctl clear Port {device.Name} tag", TunnelUsers(node));
            }
        }
    }

    private static List<string> TunnelUsers(CheckNode node) => [.. node.Topology.Vifs.Where(v => IsTunnelled(v.Network)).Select(CheckNode.NameOf).Distinct()];

    private static bool IsUntagged(CheckNode node) => node.Tunnels.Select(t => t.Tunnel?.Local).OfType<IPAddress>().Any(l =>
        node.DeviceWith(l) is { } device && (node.OvsPort(device.Name) is not { } port || port.Port.Tag is null) && !device.Name.Contains('.', StringComparison.Ordinal));

    /// <summary>A port of a VM's bridge that is up and does not forward, and two that may not talk to each other.</summary>
    private static void CheckBlocked(CheckContext context, CheckNode node)
    {
        foreach (var link in node.Own?.Links ?? [])
        {
            if (link.BridgePort is not { } port || link.MasterIndex is not { } master || !link.Flags.HasFlag(LinkFlags.Up | LinkFlags.LowerUp)
                || node.LinksOf(node.Own!).Find(master) is not { } bridge || !bridge.Name.StartsWith("qbr", StringComparison.Ordinal)
                || !bridge.Flags.HasFlag(LinkFlags.Up))     // a bridge that is down keeps its ports from forwarding
            {
                continue;
            }
            // the others', where there are others
            var members = node.LinksOf(node.Own!).MembersOf(master);
            var isIsolated = port.Isolated == true && members.Count > 1 && members.All(m => m.BridgePort?.Isolated == true);
            if (port.UnicastFlood == false && bridge.Data is LinkData.Bridge { AgeingTimeSeconds: 0 })
            {
                Add(context, node, "bridge-port-blocked", link.Name, $"{link.Name} gets nothing but broadcasts: its flood is off, and {bridge.Name} learns nothing",
                    [$"bridge -d link show dev {link.Name}: flood off", $"{bridge.Name}: ageing_time 0"], "frames for one address do not come out of it, and no counter tells",
                    $"bridge link set dev {link.Name} flood on",
                    [.. node.Topology.Vifs.Where(v => v.HybridBridge?.EndsWith("/" + bridge.Name, StringComparison.Ordinal) == true).Select(CheckNode.NameOf)]);
            }
            if (isIsolated ? link.Name.StartsWith("tap", StringComparison.Ordinal) : port.State is BridgePortState.Blocking or BridgePortState.Listening or BridgePortState.Disabled)
            {
                Add(context, node, "bridge-port-blocked", link.Name, isIsolated ? $"{link.Name} and the other ports of {bridge.Name} are isolated from each other"
                    : $"{link.Name} does not forward in {bridge.Name}: its state is {port.State!.Value.ToString().ToLowerInvariant()}",
                    [$"bridge -d link show dev {link.Name}"], "no packet passes it, and no counter tells",
                    isIsolated ? $"bridge link set dev {link.Name} isolated off" : $"bridge link set dev {link.Name} state 3; is STP on at {bridge.Name} (brctl show)?",
                    [.. node.Topology.Vifs.Where(v => v.HybridBridge?.EndsWith("/" + bridge.Name, StringComparison.Ordinal) == true).Select(CheckNode.NameOf)]);
            }
        }
    }

    /// <summary>An entry that somebody wrote into a VM's bridge, and that leads the VM's frames back or into the bridge itself.</summary>
    private static void CheckFixed(CheckContext context, CheckNode node)
    {
        var links = node.Own is null ? null : node.LinksOf(node.Own);
        foreach (var entry in node.Own?.Fdb ?? [])
        {
            if ((entry.State & (Permanent | NoArp)) == 0 || entry.MasterIndex is not { } master
                || links!.Find(entry.IfIndex) is not { } port || links.Find(master) is not { } bridge
                || node.VifBehind(bridge.Name) is not { } vif)
            {
                continue;
            }
            var isTap = vif.Device?.EndsWith("/" + port.Name, StringComparison.Ordinal) == true;
            var isLocal = (entry.State & Permanent) != 0;
            var isOwn = entry.Address == vif.Address;
            // the kernel's own: each port's address, for ever
            var isKernels = isLocal && (port.Address is null || bridge.Address is null || port.Address == entry.Address || bridge.Address == entry.Address);
            if (isKernels || (isOwn ? isTap && !isLocal : !isTap && !isLocal))
            {
                continue;
            }
            Add(context, node, "fdb-wrong-port", entry.Address.ToString(),
                isLocal ? $"{bridge.Name} takes {entry.Address} for an address of its own" : $"{bridge.Name} sends {entry.Address} to {port.Name} for ever",
                [$"{entry.Address} dev {port.Name} master {bridge.Name} {(isLocal ? "permanent" : "static")}"],
                isOwn ? "what is sent to the VM does not reach it" : "what the VM sends there does not leave its bridge",
                $"bridge fdb del {entry.Address} dev {port.Name} master", [CheckNode.NameOf(vif)]);
        }
    }

    private static void Add(CheckContext context, CheckNode node, string id, string about, string what, IReadOnlyList<string> evidence,
        string consequence, string fix, IReadOnlyList<string> suffers) => context.Found.Add(new()
        {
            Id = id,
            Node = node.Name,
            Object = about,
            What = what,
            Evidence = evidence,
            Consequence = consequence,
            Fix = fix,
            Suffers = suffers,
        });
}
