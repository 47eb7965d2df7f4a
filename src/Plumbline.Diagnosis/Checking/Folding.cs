using Plumbline.Neutron;

namespace Plumbline.Diagnosis.Checking;

/// <summary>What is wrong only because of something else, put below it: mended once, both are gone.</summary>
internal static partial class Folding
{
    public static void Run(CheckContext context)
    {
        foreach (var node in context.Nodes)
        {
            FoldStopped(context, node);
            FoldFirewall(context, node);
            FoldFlushed(context, node);
            FoldFamilies(context, node);
            FoldSpoofed(context, node);
            FoldBridges(context, node);
            FoldRouters(context, node);
            FoldTunnels(context, node);
            FoldPatches(context, node);
            FoldLeftovers(context, node);
            FoldPorts(context, node);
            FoldMissing(context, node);
            FoldAddresses(context, node);
            FoldFlows(context, node);
            FoldTunnelPorts(context, node);
            FoldMappings(context, node);
            FoldSilentGateway(context, node);
            FoldSwitchedOff(context, node);
        }
    }

    /// <summary>Without ovs-vswitchd no controller is connected, and its columns are old.</summary>
    private static void FoldStopped(CheckContext context, CheckNode node)
    {
        foreach (var cause in Of(context, node, "vswitchd-stopped"))
        {
            context.Found.Fold(cause, f => f.Node == node.Name
                && f.Id is "controller-disconnected" or "agent-dead" or "flows-lost" or "ovs-interface-error" && (f.Id != "agent-dead" || f.Object.Contains("openvswitch", StringComparison.Ordinal)));
        }
    }

    /// <summary>None of the native firewall's tables has a flow: one thing is wrong, not each table and each port.</summary>
    private static void FoldFirewall(CheckContext context, CheckNode node)
    {
        var inner = node.AgentOption("integration_bridge") ?? "br-int";
        var lost = Of(context, node, "flow-missing").Where(f => f.Object.StartsWith(inner + " ", StringComparison.Ordinal)).ToList();
        var flows = node.Snapshot.Switching?.Bridges.FirstOrDefault(b => b.Bridge == inner)?.Flows;
        if (lost.Count < 3 || flows is null || flows.Contains("table=71,", StringComparison.Ordinal) || flows.Contains("table=82,", StringComparison.Ordinal)
            || node.AgentOption("firewall_driver") != "openvswitch" || context.Found.Has(node, "flows-lost", inner))
        {
            return;
        }
        var hasChains = node.Rules.Rulesets.Any(r => r.Ruleset.Find("filter")?.Chains.Any(c => c.Name.EndsWith("-sg-chain", StringComparison.Ordinal)) == true);
        var cause = new Finding
        {
            Id = "flows-lost",
            Node = node.Name,
            Object = inner,
            What = $"{inner} has no flows of the native firewall, which firewall_driver = openvswitch asks for",
            Evidence = [$"no flow in tables 71 and 82 of {inner}", .. hasChains ? ["iptables has the agent's chains of another driver"] : (string[])[]],
            Consequence = hasChains ? "what iptables' chains say still holds; at its next start the agent changes over" : "no port is filtered as its groups say, or none gets a packet",
            Fix = "systemctl restart neutron-openvswitch-agent, with the firewall_driver that this node shall have",
        };
        context.Found.Add(cause);
        context.Found.Fold(cause, lost.Contains);
    }

    /// <summary>With a bridge go its patch ports' peers, its tunnels and its flows; with a controller, in time, its flows.</summary>
    private static void FoldBridges(CheckContext context, CheckNode node)
    {
        foreach (var cause in Of(context, node, "bridge-missing"))
        {
            var isTunnels = !node.Tunnels.Any() && context.Found.Findings.Any(f => f.Node == node.Name && f.Id == "tunnel-missing")
                || cause.Object == (node.AgentOption("tunnel_bridge") ?? "br-tun");
            context.Found.Fold(cause, f => f.Node == node.Name && (f.Id is "patch-peer" or "ovs-interface-error"
                    && (f.Object == "int-" + cause.Object || isTunnels && f.Object == "patch-tun")
                    || f.Id is "patch-missing" or "uplink-missing" or "flows-lost" && f.Object == cause.Object || f.Id == "tunnel-missing" && isTunnels)
                || isTunnels && f.Id == "tunnel-one-sided" && LeadsTo(context, node, f));
        }
        foreach (var cause in Of(context, node, "controller-missing", "controller-disconnected", "agent-dead", "fail-mode"))
        {
            context.Found.Fold(cause, f => f.Node == node.Name && (cause.Id == "agent-dead" ? f.Id == "fail-mode"
                : f.Object == cause.Object && (f.Id is "flows-lost" && cause.Id != "controller-disconnected" || f.Id == "fail-mode" && cause.Id != f.Id)));
        }
    }

    private static bool LeadsTo(CheckContext context, CheckNode node, Finding oneSided) =>
        context.Nodes.FirstOrDefault(n => n.Name == oneSided.Node)?.Tunnels.FirstOrDefault(t => t.Name == oneSided.Object)?.Tunnel?.Remote is { } remote
        && node.DeviceWith(remote) is not null;

    /// <summary>What stands on a router's port goes with it: the routes and addresses of a device that is down, gone or without its address.</summary>
    private static void FoldRouters(CheckContext context, CheckNode node)
    {
        foreach (var cause in Of(context, node, "service-port-missing", "link-down", "service-address-missing"))
        {
            if (context.Cloud?.Ports?.Values.FirstOrDefault(p => p.Owner.StartsWith("network:router_", StringComparison.Ordinal)
                && cause.Object == (p.Owner == "network:router_gateway" ? DeviceNames.GatewayPort(p.Id) : DeviceNames.RouterPort(p.Id))) is not { } port)
            {
                continue;
            }
            var space = DeviceNames.RouterNamespace(port.DeviceId);
            var floating = context.Cloud.FloatingIPs?.Where(i => i.RouterId == port.DeviceId).Select(i => i.Floating.ToString()).ToHashSet(StringComparer.Ordinal) ?? [];
            var isGateway = port.Owner == "network:router_gateway";
            context.Found.Fold(cause, f => f.Node == node.Name && (f.Id is "router-default-route" or "router-nat-missing" or "snat-missing" && isGateway && f.Object == space
                || f.Id is "floating-ip-missing" or "floating-ip-nat" && isGateway && floating.Contains(f.Object)
                || f.Id is "link-down" or "vlan-missing" or "not-in-bridge" or "ovs-interface-error" && f.Object == cause.Object));
        }
    }

    /// <summary>A tunnel that is wrong here is missed over there; its flows complain as well.</summary>
    private static void FoldTunnels(CheckContext context, CheckNode node)
    {
        foreach (var cause in Of(context, node, "tunnel-type", "tunnel-remote", "tunnel-local-ip", "tunnel-missing"))
        {
            context.Found.Fold(cause, f => cause.Id == "tunnel-type" && f.Node == node.Name && f.Id == "flood-incomplete"
                || f.Id is "tunnel-one-sided" && Concerns(context, node, cause, f)
                || f.Node == node.Name && f.Id is "flow-changed" or "flow-missing" && f.Object.EndsWith(" " + cause.Object, StringComparison.Ordinal)
                || f.Node == node.Name && f.Id == "tunnel-missing" && f.Object == cause.Object && f.Id != cause.Id);
        }
    }

    /// <summary>Open vSwitch says of a patch port without a usable peer that it is in error, and so is the other end.</summary>
    private static void FoldPatches(CheckContext context, CheckNode node)
    {
        foreach (var cause in Of(context, node, "patch-peer"))
        {
            var peer = PeerOf(node, cause.Object);
            context.Found.Fold(cause, f => f.Node == node.Name && f.Id == "ovs-interface-error"
                && (f.Object == cause.Object || f.Object == peer || PeerOf(node, f.Object) == cause.Object));
        }
    }

    private static string? PeerOf(CheckNode node, string port) => node.OvsPort(port)?.Row is { Type: "patch" } row
        ? row.Options.GetValueOrDefault("peer") : null;

    /// <summary>A port of Open vSwitch in error because its device is not there.</summary>
    private static void FoldMissing(CheckContext context, CheckNode node)
    {
        foreach (var cause in Of(context, node, "ovs-interface-error"))
        {
            context.Found.Fold(cause, f => f.Node == node.Name && f.Id is "device-missing" or "iface-id-wrong" && f.Object == cause.Object);
        }
    }

    /// <summary>What is wrong with a chain that belongs to nobody is wrong with nobody's packets.</summary>
    private static void FoldLeftovers(CheckContext context, CheckNode node)
    {
        foreach (var cause in Of(context, node, "device-leftover"))
        {
            var id = DeviceNames.PortIdPrefix(cause.Object);
            context.Found.Fold(cause, f => f.Node == node.Name && id is not null && f.Object.Contains(id, StringComparison.Ordinal)
                && f.Id is "link-down" or "link-no-carrier" or "not-in-bridge" or "device-missing" or "mtu-narrow");
        }
    }

    private static bool Concerns(CheckContext context, CheckNode node, Finding cause, Finding oneSided)
    {
        if (oneSided.Node == node.Name)
        {
            return oneSided.Object == cause.Object || cause.Id == "tunnel-local-ip" && cause.Object.Contains('.');
        }
        // seen from the other end: its tunnel leads here
        var other = context.Nodes.FirstOrDefault(n => n.Name == oneSided.Node);
        var tunnel = other?.Tunnels.FirstOrDefault(t => t.Name == oneSided.Object);
        return tunnel?.Tunnel?.Remote is { } remote
            && (node.DeviceWith(remote) is not null || node.Tunnels.Any(t => remote.Equals(t.Tunnel?.Local)))
            && (cause.Id == "tunnel-local-ip" || cause.Object.StartsWith(tunnel.Tunnel.Type + "-", StringComparison.Ordinal)
                || node.OvsPort(cause.Object)?.Row.Type == tunnel.Tunnel.Type || cause.Object.StartsWith(tunnel.Tunnel.Type + " ", StringComparison.Ordinal));
    }

    /// <summary>A port that is no more Neutron's, or another node's: its chains, sets and devices here are left over.</summary>
    private static void FoldPorts(CheckContext context, CheckNode node)
    {
        foreach (var cause in Of(context, node, "port-unknown", "port-elsewhere", "iface-id-wrong", "not-in-bridge", "device-missing", "port-not-plugged",
            "binding-failed", "vif-type-wrong"))
        {
            var id = (cause.Id is "port-not-plugged" or "binding-failed" ? cause.Object : DeviceNames.PortIdPrefix(cause.Object)) is { Length: >= DeviceNames.ChainIdLength } start
                ? start[..DeviceNames.ChainIdLength] : null;
            if (id is null)
            {
                continue;
            }
            var addresses = AddressesOf(node, id);
            var mac = node.OvsPort(cause.Object)?.Row.ExternalIds.GetValueOrDefault("attached-mac");
            context.Found.Fold(cause, f => (f.Node == node.Name || f.Id is "set-drift" or "port-not-plugged" or "duplicate-mac" or "fdb-flapping" or "fdb-wrong-port") && f.Id switch
            {
                "duplicate-mac" or "fdb-flapping" => cause.Id == "port-elsewhere" && f.Object == mac,
                "fdb-wrong-port" when cause.Id == "port-elsewhere" && f.Object == mac => true,
                "port-not-plugged" when cause.Id == "port-elsewhere" => f.Object.StartsWith(id, StringComparison.Ordinal),
                "missing-chain" or "missing-zone" when cause.Id == "device-missing" && cause.What.EndsWith($"is called {f.Object}", StringComparison.Ordinal) => true,
                "stale-chain" or "device-leftover" or "link-down" or "link-no-carrier" or "vlan-missing" or "vlan-dead" or "port-not-plugged"
                    or "missing-chain" or "mtu-narrow" or "fdb-wrong-port" or "device-missing" or "missing-zone" => f.Object.Contains(id, StringComparison.Ordinal),
                "missing-rule" or "extra-rule" or "changed-rule" => cause.Id is "port-unknown" or "port-elsewhere"
                    && (f.Object.Contains(id, StringComparison.Ordinal) || f.Evidence.Any(e => e.Contains(id, StringComparison.Ordinal))),
                "set-drift" => cause.Id is "port-unknown" && OnlyAbout(f, addresses),
                "flow-changed" or "flow-missing" => cause.Id is "iface-id-wrong" or "port-unknown" or "port-elsewhere" or "vif-type-wrong"
                    && f.Object.EndsWith(" " + cause.Object, StringComparison.Ordinal),
                _ => false,
            });
        }
    }

    private static HashSet<string> AddressesOf(CheckNode node, string id)
    {
        var addresses = new HashSet<string>(StringComparer.Ordinal);
        foreach (var vif in node.Topology.Vifs.Where(v => v.PortId?.StartsWith(id, StringComparison.Ordinal) == true))
        {
            addresses.UnionWith(vif.IPAddresses);
        }
        return addresses;
    }

    private static bool OnlyAbout(Finding drift, HashSet<string> addresses)
    {
        foreach (var line in drift.Evidence)
        {
            var at = line.IndexOf(": ", StringComparison.Ordinal);
            if (at < 0 || !line[(at + 2)..].Split(", ").All(a => addresses.Contains(a.Split('/')[0])))
            {
                return false;
            }
        }
        return drift.Evidence.Count > 0;
    }

    /// <summary>A port whose flows are gone, because its number is another: what was learned at the old number is of that as well. And a tunnel without its flows is in no flood.</summary>
    private static void FoldFlows(CheckContext context, CheckNode node)
    {
        foreach (var cause in Of(context, node, "flow-missing"))
        {
            var about = cause.Object[(cause.Object.IndexOf(' ', StringComparison.Ordinal) + 1)..];
            var macs = node.Topology.Vifs.Where(v => CheckNode.OvsPortOf(v) == about && v.Address is not null).Select(v => v.Address!.Value.ToString()).ToList();
            context.Found.Fold(cause, f => f.Node == node.Name && (f.Id == "fdb-wrong-port" && macs.Contains(f.Object)
                || f.Id == "flood-incomplete" && f.What.EndsWith($" is not flooded to {about}", StringComparison.Ordinal)));
        }
    }

    /// <summary>A physical network without a bridge: its networks have no flows, and its ports are dead.</summary>
    private static void FoldMappings(CheckContext context, CheckNode node)
    {
        foreach (var cause in Of(context, node, "mapping-missing"))
        {
            var vifs = node.Topology.Vifs.Where(v => v.Network?.PhysicalNetwork == cause.Object).ToList();
            var networks = vifs.Select(v => v.Network!.Id).OfType<string>().ToHashSet(StringComparer.Ordinal);
            foreach (var network in context.Cloud?.Networks?.Values.Where(n => n.PhysicalNetwork == cause.Object) ?? [])
            {
                networks.Add(network.Name);
                networks.Add(network.Id);
            }
            context.Found.Fold(cause, f => f.Node == node.Name && (f.Id is "flow-missing" or "flow-changed" or "flow-vlan" && networks.Contains(f.Object[(f.Object.IndexOf(' ', StringComparison.Ordinal) + 1)..])
                || f.Id is "vlan-dead" or "vlan-missing" && vifs.Exists(v => (v.OvsEnd ?? v.Device)?.EndsWith("/" + f.Object, StringComparison.Ordinal) == true)));
        }
    }

    /// <summary>All tunnels of a kind of one node have another port than the other nodes: the node's agent has it so.</summary>
    private static void FoldTunnelPorts(CheckContext context, CheckNode node)
    {
        var own = Of(context, node, "tunnel-port");
        if (own.Count < 2)
        {
            return;
        }
        var ports = own.Select(f => node.OvsPort(f.Object)?.Row.Options.GetValueOrDefault("dst_port") ?? "4789").Distinct().ToList();
        if (ports.Count > 1 || node.Tunnels.Any(t => t.Tunnel?.Type == "vxlan" && (node.OvsPort(t.Name)?.Row.Options.GetValueOrDefault("dst_port") ?? "4789") != ports[0]))
        {
            return;
        }
        var cause = new Finding
        {
            Id = "tunnel-port",
            Node = node.Name,
            Object = node.Name,
            What = $"all vxlan tunnels of {node.Name} use UDP port {ports[0]}, the other nodes another",
            Evidence = [.. own.Select(f => f.What)],
            Consequence = own[0].Consequence,
            Fix = "set vxlan_udp_port in openvswitch_agent.ini as on the other nodes and restart the agent",
        };
        context.Found.Add(cause);
        context.Found.Fold(cause, own.Contains);
    }

    /// <summary>A row that bears another port's address: that address is then there twice, and learned at the wrong place.</summary>
    private static void FoldAddresses(CheckContext context, CheckNode node)
    {
        foreach (var cause in Of(context, node, "mac-mismatch"))
        {
            var attached = node.OvsPort(cause.Object)?.Row.ExternalIds.GetValueOrDefault("attached-mac");
            context.Found.Fold(cause, f => f.Id is "duplicate-mac" or "fdb-wrong-port" or "fdb-flapping" && f.Object == attached
                || f.Node == node.Name && f.Id is "flow-changed" or "flow-missing" && f.Object.EndsWith(" " + cause.Object, StringComparison.Ordinal));
        }
        foreach (var cause in context.Found.Findings.Where(f => f.Id == "duplicate-mac").ToList())
        {
            context.Found.Fold(cause, f => f.Id is "fdb-wrong-port" or "fdb-flapping" && f.Object == cause.Object);
        }
    }

    private static List<Finding> Of(CheckContext context, CheckNode node, params ReadOnlySpan<string> ids)
    {
        var found = new List<Finding>();
        foreach (var finding in context.Found.Findings)
        {
            if (finding.Node == node.Name && ids.Contains(finding.Id))
            {
                found.Add(finding);
            }
        }
        return found;
    }
}
