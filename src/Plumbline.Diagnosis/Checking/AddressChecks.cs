using System.Globalization;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Checking;

/// <summary>Two that have the same address, and switches that learned an address at the wrong port.</summary>
internal static class AddressChecks
{
    public static void Run(CheckContext context)
    {
        var all = context.Nodes.SelectMany(n => n.Topology.Vifs.Select(v => (Node: n, Vif: v))).ToList();
        Duplicates(context, all, "duplicate-mac", v => v.Address is { } mac ? [mac.ToString()] : []);
        Duplicates(context, all, "duplicate-ip", v => v.IPAddresses.Where(a => !a.StartsWith("fe80", StringComparison.Ordinal)));
        foreach (var node in context.Nodes)
        {
            CheckLearned(context, node);
            CheckUnderlay(context, node);
            CheckTwice(context, node);
        }
    }

    /// <summary>An address that another node's tunnels start from.</summary>
    private static void CheckUnderlay(CheckContext context, CheckNode node)
    {
        foreach (var other in context.Nodes.Where(n => n != node))
        {
            foreach (var local in other.Tunnels.Select(t => t.Tunnel?.Local).OfType<System.Net.IPAddress>().Distinct())
            {
                if (node.DeviceWith(local) is { } device && other.DeviceWith(local) is not null && node.Tunnels.All(t => !local.Equals(t.Tunnel?.Local)))
                {
                    context.Found.Add(RouterChecks.Fault(node, "duplicate-ip", local.ToString(), $"{local} of {device.Name} is the address that tunnels of {other.Name} start from",
                        [$"{node.Name}: {device.Name}", $"{other.Name}: {other.DeviceWith(local)!.Name}"],
                        $"tunnel packets for {other.Name} end at {node.Name}, as the last ARP has it, and this node sends it none",
                        $"ip addr del {local} dev {device.Name}"));
                }
            }
        }
    }

    /// <summary>Without the API: a port that is plugged on two nodes, and only on the other with a tap, was left here, or never came.</summary>
    private static void CheckTwice(CheckContext context, CheckNode node)
    {
        if (context.Cloud?.Ports is not null)
        {
            return;
        }
        foreach (var vif in node.Topology.Vifs.Where(v => v is { Owner: VifOwner.Instance, Plug: VifPlug.Hybrid, PortId.Length: 36 } && IsWithoutTap(node, v)))
        {
            if (CheckNode.OvsPortOf(vif) is { } port && node.OvsPort(port) is not null
                && context.Nodes.FirstOrDefault(n => n != node && n.Topology.Vifs.Any(v => v.PortId == vif.PortId && v.OvsBridge is not null && !IsWithoutTap(n, v))) is { } other)
            {
                context.Found.Add(RouterChecks.Fault(node, "port-elsewhere", port, $"{port}: port {vif.PortId} is plugged on {other.Name} with its VM's tap, and here without one",
                    [], "the network may send its packets here: a migration did not end, or did not clean up",
                    $"ovs-vsctl del-port {port}; ip link del {port}, when no migration is under way") with
                { Suffers = [CheckNode.NameOf(vif)] });
            }
        }

        static bool IsWithoutTap(CheckNode at, Vif vif) => vif.Device is not { } device || at.Topology.Find(device) is not { Kind: ElementKind.Tap, State: not ElementState.Missing };
    }

    private static void Duplicates(
        CheckContext context, List<(CheckNode Node, Vif Vif)> all, string id, Func<Vif, IEnumerable<string>> addresses)
    {
        foreach (var same in all.Where(v => v.Vif.Network?.Id is not null && v.Vif.InstanceIsRunning != false)
            .SelectMany(v => addresses(v.Vif).Select(a => (v.Node, v.Vif, Address: a)))
            .GroupBy(v => (v.Vif.Network!.Id, v.Address)))
        {
            var ports = same.DistinctBy(v => (v.Node.Name, v.Vif.PortId ?? v.Vif.Device)).ToList();
            // an allowed address pair may be meant to be shared, and a router's port stands on each of its nodes
            if (ports.Count < 2 || ports.All(p => p.Vif.Owner != VifOwner.Instance)
                || id == "duplicate-ip" && ports.Any(p => IsPair(context, p.Vif, same.Key.Address)))
            {
                continue;
            }
            context.Found.Add(new()
            {
                Id = id,
                Node = ports.Select(p => p.Node.Name).Distinct().Count() == 1 ? ports[0].Node.Name : null,
                Object = same.Key.Address,
                What = $"{same.Key.Address} is on {ports.Count} ports of one network",
                Evidence = [.. ports.Select(p => $"{p.Node.Name}: {CheckNode.NameOf(p.Vif)}, {p.Vif.Device ?? p.Vif.PortId}")],
                Consequence = "the others' packets go to one or the other, as the last ARP or frame has it",
                Fix = "give one of them another address; delete the port that is left over",
                Suffers = [.. ports.Select(p => CheckNode.NameOf(p.Vif)).Distinct()],
            });
        }
    }

    /// <summary>Allowed besides the port's own: as the API has it, else because the filter names another one of that family first.</summary>
    private static bool IsPair(CheckContext context, Vif vif, string address) => context.Wanted(vif.PortId) is { } wanted
        ? !wanted.FixedAddresses.Any(f => f.ToString() == address)
        : vif.IPAddresses.FirstOrDefault(a => a.Contains(':', StringComparison.Ordinal) == address.Contains(':', StringComparison.Ordinal)) != address;

    /// <summary>A VM's address that br-int learned elsewhere than at the VM's port: somebody else sends with it, or a loop.</summary>
    private static void CheckLearned(CheckContext context, CheckNode node)
    {
        foreach (var bridge in node.Snapshot.Switching?.Bridges ?? [])
        {
            foreach (var entry in bridge.Fdb ?? [])
            {
                var owner = node.Topology.Vifs.FirstOrDefault(v =>
                    v.Address == entry.Address && v.OvsBridge == bridge.Bridge && v.LocalVlan == entry.Vlan && v.Owner == VifOwner.Instance);
                var port = owner is null ? null : (owner.OvsEnd ?? owner.Device) is { } at ? at[(at.LastIndexOf('/') + 1)..] : null;
                if (owner is null || port is null || node.OvsPort(port) is not { Row.OfPort: > 0 } own || entry.Port == port
                    || entry.Port == own.Row.OfPort?.ToString(CultureInfo.InvariantCulture))
                {
                    continue;
                }
                var seen = NameOfPort(node, bridge.Bridge, entry.Port);
                context.Found.Add(new()
                {
                    Id = "fdb-wrong-port",
                    Node = node.Name,
                    Object = entry.Address.ToString(),
                    What = $"{bridge.Bridge} learned {entry.Address} of {CheckNode.NameOf(owner)} at {seen}, not at {port}",
                    Evidence = [string.Create(CultureInfo.InvariantCulture, $"fdb/show {bridge.Bridge}: port {entry.Port}, VLAN {entry.Vlan}, age {entry.AgeSeconds} s")],
                    Consequence = "what is sent to it goes the wrong way until it sends again itself",
                    Fix = "find who else sends with this address (plumb capture at that port): a second VM, a loop, or a mirror into the network",
                    Suffers = [CheckNode.NameOf(owner)],
                });
            }
        }
    }

    private static string NameOfPort(CheckNode node, string bridge, string port) =>
        node.OvsPorts.FirstOrDefault(p => p.Bridge.Name == bridge
            && p.Row.OfPort?.ToString(CultureInfo.InvariantCulture) == port).Row?.Name ?? $"port {port}";
}
