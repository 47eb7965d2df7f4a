using System.Globalization;
using Plumbline.Neutron;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Checking;

/// <summary>Leftovers of what was deleted, agents that do not report, VMs that are not plugged, tables that are nearly full.</summary>
internal static class HostChecks
{
    private const double NearlyFull = 0.9;

    public static void Run(CheckContext context)
    {
        foreach (var node in context.Nodes)
        {
            CheckPlugged(context, node);
            CheckLeftovers(context, node);
            CheckConntrack(context, node);
        }
    }

    /// <summary>A port that Neutron bound to this node and that is in use, without a device.</summary>
    private static void CheckPlugged(CheckContext context, CheckNode node)
    {
        if (context.Cloud?.Ports is not { } ports || node.Snapshot.Ovs is null)
        {
            return;
        }
        foreach (var port in ports.Values.Where(p => node.IsCalled(p.Host) && p.Owner.StartsWith("compute:", StringComparison.Ordinal)))
        {
            if (port.VifType == "binding_failed")
            {
                context.Found.Add(new()
                {
                    Id = "binding-failed",
                    Node = node.Name,
                    Object = port.Id,
                    What = $"Neutron could not bind port {(port.Name.Length > 0 ? port.Name : port.Id)} to this node",
                    Evidence = ["binding:vif_type=binding_failed"],
                    Consequence = "the VM starts without this network card, or not at all",
                    Fix = "is the agent alive, has it the network's type or physical network (bridge_mappings, tunnel_types)? Then move or rebind the port",
                });
            }
            else if (port.VifType is "ovs" or "bridge" && node.VifOf(port.Id) is null
                && !context.Found.Has(node, "iface-id-wrong", DeviceNames.VethOvsEnd(port.Id))
                && !context.Found.Has(node, "iface-id-wrong", DeviceNames.Tap(port.Id)))
            {
                context.Found.Add(new()
                {
                    Id = "port-not-plugged",
                    Node = node.Name,
                    Object = port.Id,
                    What = $"port {(port.Name.Length > 0 ? port.Name : port.Id)} is bound to this node, but nothing here bears its id",
                    Evidence = [$"no interface with external_ids:iface-id={port.Id}"],
                    Consequence = "its VM has no network here",
                    Fix = "does the VM run? Then openstack server reboot --hard plugs it anew",
                });
            }
        }
    }

    private static void CheckLeftovers(CheckContext context, CheckNode node)
    {
        foreach (var element in node.Topology.Elements)
        {
            var isChainPart = element.Kind is ElementKind.Tap or ElementKind.HybridBridge or ElementKind.HybridVethBridgeEnd or ElementKind.HybridVethOvsEnd;
            if (!isChainPart || node.Topology.VifsOf(element.Id).Count > 0 || element.State == ElementState.Missing)
            {
                continue;
            }
            context.Found.Add(new()
            {
                Id = "device-leftover",
                Node = node.Name,
                Object = element.Name,
                What = $"{element.Name} belongs to no VM's chain",
                Consequence = "left over from a VM that is gone; harmless until its port id comes back",
                Fix = $"ip link del {element.Name}",
            });
        }
        CheckChains(context, node);
        CheckTaps(context, node);
        foreach (var space in node.Snapshot.Namespaces.Where(n => n.Name.Length > 0))
        {
            if (DeviceNames.DhcpNetworkId(space.Name) is { } network && context.Cloud?.Networks is { } networks && !networks.ContainsKey(network))
            {
                context.Found.Add(Leftover(node, space.Name, $"network {network}"));
            }
            else if (space.Name.StartsWith("qrouter-", StringComparison.Ordinal) && context.Cloud?.Routers is { } routers
                && !routers.Any(r => space.Name.EndsWith(r.Id, StringComparison.Ordinal)))
            {
                context.Found.Add(Leftover(node, space.Name, $"router {space.Name["qrouter-".Length..]}"));
            }
        }
    }

    /// <summary>Parts of a chain that nothing joins to the switch, of a VM that neither libvirt nor Neutron knows, as far as they were asked.</summary>
    private static void CheckChains(CheckContext context, CheckNode node)
    {
        if (node.Snapshot.Ovs is null or { IsCut: true } || node.Own is null or { AreLinksCut: true })
        {
            return; // the part that joins it may not be told
        }
        var isAsked = node.Snapshot.Domains.Count > 0 || context.Cloud?.Ports is not null;
        foreach (var vif in node.Topology.Vifs)
        {
            if (vif.InstanceId is not null || vif.InstanceName is not null || vif.PortId is not { } id || id.Length < DeviceNames.IdLength)
            {
                continue;
            }
            var start = id[..DeviceNames.IdLength];
            var parts = node.Topology.ChainOf(vif).Where(e => e.State != ElementState.Missing && e.Name.Contains(start, StringComparison.Ordinal)).ToList();
            // where nobody told whose a tap is, only a chain without one is nobody's for sure
            if (parts.Count == 0 || !isAsked && parts.Exists(e => e.Kind == ElementKind.Tap) || parts.Exists(e => node.OvsPort(e.Name) is not null)
                || parts.Exists(e => e.Kind == ElementKind.Tap && node.Own is { } own && node.LinksOf(own).Find(e.Name)?.MasterIndex is not null)
                || context.Cloud?.Ports?.Keys.Any(k => k.StartsWith(start, StringComparison.Ordinal)) == true)
            {
                continue;
            }
            var about = parts[^1].Name;
            context.Found.Add(new()
            {
                Id = "device-leftover",
                Node = node.Name,
                Object = about,
                What = $"{string.Join(", ", parts.Select(e => e.Name))}: of no VM, and in no switch",
                Consequence = "left over from a VM that is gone; harmless until its port id comes back",
                Fix = $"ip link del {about}",
            });
        }
    }

    /// <summary>A tap that bears the name of a port that Neutron does not know and that is in no switch.</summary>
    private static void CheckTaps(CheckContext context, CheckNode node)
    {
        if (context.Cloud?.Ports is not { } ports)
        {
            return;
        }
        foreach (var link in node.Own?.Links ?? [])
        {
            if (link.MasterIndex is null && link.Name.StartsWith("tap", StringComparison.Ordinal) && DeviceNames.PortIdPrefix(link.Name) is { } start
                && node.OvsPort(link.Name) is null && !ports.Keys.Any(k => k.StartsWith(start, StringComparison.Ordinal))
                && !node.Snapshot.Domains.Any(d => d.Interfaces.Any(i => i.Target == link.Name)))
            {
                context.Found.Add(new()
                {
                    Id = "device-leftover",
                    Node = node.Name,
                    Object = link.Name,
                    What = $"{link.Name} is in no bridge, and Neutron knows no port {start}…",
                    Consequence = "left over from a VM that is gone; harmless until its port id comes back",
                    Fix = $"ip link del {link.Name}",
                });
            }
        }
    }

    private static Finding Leftover(CheckNode node, string space, string whose) => new()
    {
        Id = "namespace-leftover",
        Node = node.Name,
        Object = space,
        What = $"namespace {space}: Neutron knows no {whose}",
        Consequence = "left over; what runs in it may still answer in its network",
        Fix = "neutron-netns-cleanup (or ip netns del " + space + ")",
    };

    private static void CheckConntrack(CheckContext context, CheckNode node)
    {
        foreach (var space in node.Snapshot.Namespaces)
        {
            if (space.Conntrack is not { Count: { } count, Maximum: > 0 and { } maximum } || count < maximum * NearlyFull)
            {
                continue;
            }
            context.Found.Add(new()
            {
                Id = "conntrack-full",
                Node = node.Name,
                Object = space.Name.Length == 0 ? "nf_conntrack" : space.Name,
                What = string.Create(CultureInfo.InvariantCulture, $"connection tracking has {count} of {maximum} entries"),
                Consequence = "new connections of all VMs are dropped when it is full (dmesg: nf_conntrack: table full)",
                Fix = string.Create(CultureInfo.InvariantCulture, $"sysctl -w net.netfilter.nf_conntrack_max={maximum * 2}; find who opens so many: conntrack -L -o extended | …"),
            });
        }
    }
}
