using Plumbline.Linux.Netlink;
using Plumbline.Neutron;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Checking;

/// <summary>What the topology found wrong with single elements, with what comes of it and what mends it.</summary>
internal static class ElementChecks
{
    public static void Run(CheckContext context)
    {
        foreach (var node in context.Nodes)
        {
            var told = new HashSet<string>(StringComparer.Ordinal);
            foreach (var element in node.Topology.Elements)
            {
                var vifs = node.Topology.VifsOf(element.Id);
                foreach (var trouble in element.Troubles)
                {
                    told.Add($"{element.Name}: {trouble.Text}");
                    if (Judge(context, node, element.Name, element, vifs, trouble) is { } finding)
                    {
                        context.Found.Add(finding);
                    }
                }
            }
            // a chain as a whole lacks what is no element
            foreach (var vif in node.Topology.Vifs)
            {
                foreach (var trouble in vif.Troubles.Where(t => !told.Contains(t.Text)))
                {
                    var about = trouble.Text.Split(':')[0];
                    if (Judge(context, node, about, null, [vif], trouble with { Text = trouble.Text[(about.Length + 1)..].Trim() })
                        is { } finding)
                    {
                        context.Found.Add(finding);
                    }
                }
            }
            CheckTaps(context, node);
            CheckRenamed(context, node);
            FoldLinks(context, node);
            FoldPatches(context, node);
        }
    }

    /// <summary>Where taps are ports of Open vSwitch, one that is in no bridge at all, or in somebody's own (the Linux bridge agent's are brq…).</summary>
    private static void CheckTaps(CheckContext context, CheckNode node)
    {
        if (!node.Topology.Vifs.Any(v => v is { Plug: VifPlug.Ovs, Owner: VifOwner.Instance }))
        {
            return;
        }
        foreach (var vif in node.Topology.Vifs.Where(v => v is { Plug: VifPlug.LinuxBridge, Owner: VifOwner.Instance, OvsBridge: null, PortId: not null }))
        {
            if (vif.Device is { } id && id[(id.LastIndexOf('/') + 1)..] is var name && name == DeviceNames.Tap(vif.PortId!)
                && node.Own is { } own && node.LinksOf(own).Find(name) is { } link
                && MasterOf(node, own, link) is var master && master?.StartsWith("brq", StringComparison.Ordinal) != true
                && (context.Cloud?.Ports is null || context.Wanted(vif.PortId) is { } wanted && node.IsCalled(wanted.Host))
                && Judge(context, node, name, null, [vif], new(TroubleKind.NotInSwitch,
                    master is null ? "not in any Open vSwitch bridge" : $"in {master}, not in any Open vSwitch bridge")) is { } finding)
            {
                context.Found.Add(finding);
            }
        }
    }

    /// <summary>A tap that is no longer called as the agent's rules call it, where the node's others are.</summary>
    private static void CheckRenamed(CheckContext context, CheckNode node)
    {
        var taps = node.Topology.Vifs.Where(v => v is { Plug: VifPlug.Hybrid, Owner: VifOwner.Instance, Device: not null, PortId.Length: >= DeviceNames.IdLength })
            .Select(v => (Vif: v, Name: v.Device![(v.Device!.LastIndexOf('/') + 1)..], Wanted: DeviceNames.Tap(DeviceNames.PortIdPrefix(CheckNode.OvsPortOf(v) ?? "") ?? v.PortId!))).ToList();
        if (taps.Count(t => t.Name == t.Wanted) < 2)
        {
            return;
        }
        foreach (var (vif, name, wanted) in taps.Where(t => t.Name != t.Wanted))
        {
            if (node.Own is { } own && node.LinksOf(own).Find(wanted) is null
                && Judge(context, node, wanted, null, [vif], new(TroubleKind.DeviceMissing, $"device does not exist; the one in its bridge is called {name}")) is { } finding)
            {
                context.Found.Add(finding with
                {
                    Consequence = $"the agent's rules and zones name {wanted}: packets of {CheckNode.NameOf(vif)} do not meet them",
                    Fix = $"ip link set {name} down; ip link set {name} name {wanted}; ip link set {wanted} up",
                });
            }
        }
    }

    private static string? MasterOf(CheckNode node, NamespaceFacts own, Link link) =>
        link.MasterIndex is { } index ? node.LinksOf(own).Find(index)?.Name ?? "another bridge" : null;

    private static Finding? Judge(
        CheckContext context, CheckNode node, string about, Element? element, IReadOnlyList<Vif> vifs, Trouble trouble)
    {
        var suffers = vifs.Select(CheckNode.NameOf).Distinct().ToList();
        var who = suffers.Count > 0 ? string.Join(", ", suffers) : "what goes through it";
        var wanted = vifs.Select(v => context.Wanted(v.PortId)).FirstOrDefault(p => p is not null);
        if (trouble.Kind is TroubleKind.DeadVlan or TroubleKind.Down or TroubleKind.NoCarrier && wanted is { IsUp: false })
        {
            return null; // shut by the API: as it should be
        }
        if (vifs.Count > 0 && vifs.All(v => v.InstanceIsRunning == false) && trouble.Kind is TroubleKind.Down or TroubleKind.NoCarrier)
        {
            return null; // a VM that is off has no carrier
        }
        if (trouble.Kind == TroubleKind.NoCarrier && element is { Kind: ElementKind.Tap, OvsBridge: null } && node.Snapshot.Ovs is not null
            && vifs.All(v => v is { OvsEnd: null, HybridBridge: null, BridgeEnd: null }) && node.Own is { } own && node.LinksOf(own).Find(about) is { MasterIndex: null })
        {
            return RouterChecks.Fault(node, "device-leftover", about, $"{about} is in no bridge, and nobody holds it", [trouble.Text],
                "it costs little, but the next VM with this port cannot be plugged", $"ip link del {about}");
        }
        var bridge = element?.OvsBridge ?? "br-int";
        var (id, consequence, fix) = trouble.Kind switch
        {
            TroubleKind.ControllerDisconnected => ("controller-disconnected",
                "Neutron's agent does not program this bridge: what changed since is not in its flows",
                "systemctl status neutron-openvswitch-agent; see its log"),
            TroubleKind.Down => ("link-down", $"no packet of {who} passes it", $"ip link set {about} up"),
            TroubleKind.NoCarrier => ("link-no-carrier", $"no packet of {who} passes it: nobody holds its other end, or that end is down",
                element?.Kind == ElementKind.Tap ? "see whether the VM's QEMU runs and has the device open" : "set the other end up"),
            TroubleKind.DeviceMissing => ("device-missing", $"the chain of {who} is broken there",
                "restart the VM's port (nova: hard reboot), or plumb plug repairs the chain"),
            TroubleKind.OvsError => ("ovs-interface-error", $"Open vSwitch has no such port: no packet of {who} passes it",
                $"ovs-vsctl --if-exists del-port {bridge} {about}; the agent or Nova adds it anew; see ovs-vswitchd.log"),
            TroubleKind.PatchPeer => ("patch-peer", $"the bridges are not joined there: nothing passes between {bridge} and the other bridge",
                $"ovs-vsctl set Interface {about} type=patch options:peer=… (the other port's name), or restart the agent"),
            TroubleKind.TunnelName => ("tunnel-remote", "tunnelled packets go to another node than the agent meant",
                $"ovs-vsctl --if-exists del-port {bridge} {about}, then restart neutron-openvswitch-agent"),
            TroubleKind.DeadVlan => ("vlan-dead", $"the agent keeps the port shut: no packet of {who} passes",
                "see why the agent could not bind it: openstack port show (binding_vif_type, status), the agent's log"),
            TroubleKind.NoVlan => ("vlan-missing", $"the agent has not bound the port: {who} is in no network",
                "systemctl status neutron-openvswitch-agent; openstack port show: is it bound to this host?"),
            TroubleKind.WrongVlan => ("vlan-wrong", $"{who} is in another network's VLAN: it reaches nobody of its own, and may reach others",
                element?.Vlan is not null && node.VlanGiven(about) is { } given
                    ? $"ovs-vsctl set Port {about} tag={given}" : "restart neutron-openvswitch-agent"),
            TroubleKind.WrongAddress => ("mac-mismatch", $"the agent's filters know {who} by another MAC address: its packets are dropped",
                $"ovs-vsctl set Interface {about} external_ids:attached-mac=… (the VM's)"),
            TroubleKind.NotInSwitch => ("not-in-bridge", $"{who} is cut off from the integration bridge",
                "plumb plug repairs it; or ovs-vsctl add-port br-int " + about + " with its external_ids"),
            TroubleKind.NotInBridge => ("not-in-bridge", $"the chain of {who} is broken there", vifs.Count > 0 && vifs[0].HybridBridge is { } qbr
                ? $"ip link set {about} master {qbr[(qbr.LastIndexOf('/') + 1)..]}" : "put it back into its bridge"),
            TroubleKind.NarrowMtu => ("mtu-narrow", $"larger packets of {who} vanish there without a word",
                "set the same MTU on the whole chain: ip link set " + about + " mtu …"),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return new()
        {
            Id = id,
            Node = node.Name,
            Object = about,
            What = $"{about}: {trouble.Text}",
            Consequence = consequence,
            Fix = fix,
            Suffers = suffers,
        };
    }

    /// <summary>A veth end has no carrier because the other end is down.</summary>
    private static void FoldLinks(CheckContext context, CheckNode node)
    {
        foreach (var down in context.Found.Findings.Where(f => f.Node == node.Name && f.Id == "link-down").ToList())
        {
            var peers = node.Topology.Elements.Where(e => e.Name == down.Object)
                .SelectMany(e => node.Topology.ConnectionsOf(e.Id).Where(c => c.Kind == ConnectionKind.VethPair)
                    .Select(c => c.From == e.Id ? c.To : c.From))
                .Select(id => node.Topology.Find(id)?.Name).ToHashSet(StringComparer.Ordinal);
            context.Found.Fold(down, f => f.Node == node.Name && f.Id == "link-no-carrier" && peers.Contains(f.Object));
        }
    }

    /// <summary>A patch port complains of its peer because the peer leads elsewhere.</summary>
    private static void FoldPatches(CheckContext context, CheckNode node)
    {
        foreach (var astray in context.Found.Findings.Where(f => f.Node == node.Name && f.Id == "patch-peer").ToList())
        {
            if (context.Found.Findings.Contains(astray))
            {
                context.Found.Fold(astray, f => f.Node == node.Name && f.Id == "patch-peer"
                    && f.What.Contains($"peer {astray.Object} has another peer", StringComparison.Ordinal));
            }
        }
    }
}
