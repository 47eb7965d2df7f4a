using System.Globalization;
using Plumbline.Diagnosis.Mirrors;
using Plumbline.Linux;
using Plumbline.Neutron;

namespace Plumbline.Diagnosis.Checking;

/// <summary>Open vSwitch as a whole, and what agents wrote of networks into it.</summary>
internal static class OvsChecks
{
    public static void Run(CheckContext context, Func<ProcessIdentity, bool> isAlive)
    {
        foreach (var node in context.Nodes)
        {
            if (node.Snapshot.Ovs is null)
            {
                if (node.Snapshot.Sources.FirstOrDefault(s => s.Source == "ovsdb") is { } source)
                {
                    context.Found.Skip($"{node.Name}: Open vSwitch's bridges ({source.Detail})");
                }
                continue;
            }
            CheckNetworks(context, node);
            NetworkChecks.Run(context, node);
            CheckPorts(context, node);
            OvsPortChecks.Run(context, node);
            CheckMirrors(context, node, isAlive);
        }
    }

    /// <summary>All ports of a network have one local VLAN; who has another was changed by hand.</summary>
    private static void CheckNetworks(CheckContext context, CheckNode node)
    {
        foreach (var network in node.OvsPorts
            .Where(p => p.Port.OtherConfig.ContainsKey("net_uuid") && p.Port.Tag is > 0 and < 4095)
            .GroupBy(p => (p.Bridge.Name, Network: p.Port.OtherConfig["net_uuid"])))
        {
            var tags = network.GroupBy(p => p.Port.Tag!.Value).OrderByDescending(g => g.Count()).ToList();
            if (tags.Count < 2 || tags[0].Count() == tags[1].Count())
            {
                continue;
            }
            foreach (var odd in tags.Skip(1).SelectMany(g => g))
            {
                context.Found.Add(WrongVlan(node, odd.Row.Name, odd.Port.Tag!.Value, tags[0].Key, context.Cloud?.Networks?
                    .GetValueOrDefault(network.Key.Network)?.Name ?? network.Key.Network,
                    $"{tags[0].Count()} other ports of the network have VLAN {tags[0].Key}"));
            }
        }
    }

    private static Finding WrongVlan(CheckNode node, string port, int tag, int right, string network, string evidence) => new()
    {
        Id = "vlan-wrong",
        Node = node.Name,
        Object = port,
        What = string.Create(CultureInfo.InvariantCulture, $"{port}: VLAN tag {tag}, but its network {network} has {right} on this node"),
        Evidence = [evidence],
        Consequence = "it reaches nobody of its own network, and may reach another's",
        Fix = string.Create(CultureInfo.InvariantCulture, $"ovs-vsctl set Port {port} tag={right}"),
        Suffers = Sufferers(node, port),
    };

    internal static List<string> Sufferers(CheckNode node, string device) =>
    [
        .. node.Topology.Elements.Where(e => e.Name == device && e.OvsBridge is not null)
            .SelectMany(e => node.Topology.VifsOf(e.Id)).Select(CheckNode.NameOf).Distinct(),
    ];

    /// <summary>What a port's row says against what the API says of that port.</summary>
    private static void CheckPorts(CheckContext context, CheckNode node)
    {
        if (context.Cloud?.Ports is not { } ports)
        {
            foreach (var (bridge, _, row) in node.OvsPorts)
            {
                OvsPortChecks.CheckNamed(context, node, bridge, row);
            }
            return;
        }
        foreach (var (bridge, port, row) in node.OvsPorts)
        {
            if (!row.ExternalIds.TryGetValue("iface-id", out var id))
            {
                OvsPortChecks.CheckNameless(context, node, row, ports);
                continue;
            }
            if (!ports.TryGetValue(id, out var wanted))
            {
                if (DeviceNames.PortIdPrefix(row.Name) is { } start
                    && ports.Keys.FirstOrDefault(k => k.StartsWith(start, StringComparison.Ordinal)) is { } named)
                {
                    context.Found.Add(new()
                    {
                        Id = "iface-id-wrong",
                        Node = node.Name,
                        Object = row.Name,
                        What = $"{row.Name}: iface-id {id} is no port of Neutron's; its name says {named}",
                        Evidence = [$"external_ids:iface-id={id} on {bridge.Name}"],
                        Consequence = "the agent does not know whose it is and does not bind it",
                        Fix = $"ovs-vsctl set Interface {row.Name} external_ids:iface-id={named}",
                        Suffers = Sufferers(node, row.Name),
                    });
                    continue;
                }
                context.Found.Add(new()
                {
                    Id = "port-unknown",
                    Node = node.Name,
                    Object = row.Name,
                    What = $"{row.Name}: Neutron knows no port {id}",
                    Evidence = [$"external_ids:iface-id={id} on {bridge.Name}"],
                    Consequence = "nobody owns it: a leftover of a deleted VM, or a VM whose port was deleted below it",
                    Fix = $"when no VM uses it: ovs-vsctl --if-exists del-port {bridge.Name} {row.Name}, and remove its qbr/qvb/tap",
                });
                continue;
            }
            if (OvsPortChecks.CheckNamed(context, node, bridge, row))
            {
                continue;
            }
            if (wanted is { Host: "" or null } && wanted.Owner.StartsWith("compute:", StringComparison.Ordinal) && wanted.IsUp)
            {
                context.Found.Add(new()
                {
                    Id = "port-elsewhere",
                    Node = node.Name,
                    Object = row.Name,
                    What = $"{row.Name}: Neutron has bound port {id} to no node, but it is plugged here",
                    Evidence = [$"binding:host_id is empty, binding:vif_type={wanted.VifType ?? "unbound"}"],
                    Consequence = "the agent gets no details of it and does not bind it; its rules and flows go at the agent's next start",
                    Fix = $"openstack port set --host {node.Name} {id}",
                    Suffers = Sufferers(node, row.Name),
                });
                continue;
            }
            // where no port is bound to a node of this name, Neutron calls the node otherwise
            if (wanted.Host is { Length: > 0 } host && !node.IsCalled(host)
                && (context.Nodes.Any(n => n.IsCalled(host)) || ports.Values.Any(p => node.IsCalled(p.Host))))
            {
                context.Found.Add(new()
                {
                    Id = "port-elsewhere",
                    Node = node.Name,
                    Object = row.Name,
                    What = $"{row.Name}: Neutron has bound port {id} to {host}, but it is plugged here",
                    Consequence = "the agent here does not bind it; the network sends its packets to the other node",
                    Fix = $"openstack port set --host {node.Name} {id}, or move the VM",
                    Suffers = Sufferers(node, row.Name),
                });
            }
            else if (wanted is { VifType: { Length: > 0 } type, Host.Length: > 0 } && type is not ("ovs" or "bridge" or "vhostuser" or "tap" or "binding_failed" or "unbound"))
            {
                context.Found.Add(new()
                {
                    Id = "vif-type-wrong",
                    Node = node.Name,
                    Object = row.Name,
                    What = $"{row.Name}: Neutron has port {id} bound as {type}, but it is plugged into {bridge.Name}",
                    Evidence = [$"binding:vif_type={type}"],
                    Consequence = "at the next start the VM is plugged another way; no agent cares for it as it is",
                    Fix = $"bind it anew: openstack port set --host {node.Name} {id}, with the vnic_type that it shall have",
                    Suffers = Sufferers(node, row.Name),
                });
            }
            if (wanted.Address is { } mac && row.ExternalIds.TryGetValue("attached-mac", out var attached)
                && !attached.Equals(mac.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                context.Found.Add(new()
                {
                    Id = "mac-mismatch",
                    Node = node.Name,
                    Object = row.Name,
                    What = $"{row.Name}: attached-mac {attached}, but the port's address is {mac}",
                    Consequence = "the agent's filters and the VM disagree about its address: its packets are dropped",
                    Fix = $"ovs-vsctl set Interface {row.Name} external_ids:attached-mac=\"{mac}\"",
                    Suffers = Sufferers(node, row.Name),
                });
            }
            if (port.OtherConfig.TryGetValue("net_uuid", out var network) && network != wanted.NetworkId)
            {
                context.Found.Add(new()
                {
                    Id = "network-wrong",
                    Node = node.Name,
                    Object = row.Name,
                    What = $"{row.Name}: bound to network {network}, but port {id} belongs to {wanted.NetworkId}",
                    Consequence = "it is in another network than the one it has its address from",
                    Fix = "restart neutron-openvswitch-agent: it binds the port anew",
                    Suffers = Sufferers(node, row.Name),
                });
            }
        }
    }

    private static void CheckMirrors(CheckContext context, CheckNode node, Func<ProcessIdentity, bool> isAlive)
    {
        var report = MirrorAssessment.Assess(node.Topology, isAlive, node.Snapshot.TakenAt ?? DateTimeOffset.MinValue);
        foreach (var mirror in report.Mirrors)
        {
            var isOwnerless = mirror.Owner is MirrorOwner.Unknown or MirrorOwner.OvsTcpdump && !IsRead(node, mirror);
            if (!mirror.IsDead && mirror.Works && !isOwnerless)
            {
                continue;
            }
            context.Found.Add(new()
            {
                Id = "mirror-leftover",
                Node = node.Name,
                Object = mirror.Name,
                What = $"mirror {mirror.Name} on {mirror.Bridge}: " + (mirror.IsDead ? "left over" : mirror.Works
                    ? "it works, nobody is seen to read its copies, and no owner is noted at it" : string.Join("; ", mirror.Faults)),
                Evidence = [mirror.Selects, mirror.Output, .. mirror.Works && !mirror.IsDead ? [mirror.OwnerText] : (string[])[]],
                Consequence = mirror.SelectsAll && mirror.Works ? "every packet of the bridge is copied: that costs time on each, and shows everybody's traffic"
                    : "copies cost time on every packet, and may flood a port",
                Fix = mirror.IsDead ? "plumb mirror gc" : $"ovs-vsctl -- --id=@m get Mirror {mirror.Name} -- remove Bridge {mirror.Bridge} mirrors @m"
                    + (mirror.Works ? ", if nobody needs it" : ""),
            });
        }
    }

    /// <summary>A program that captures was started with the device that the copies go to, or is ovs-tcpdump itself.</summary>
    private static bool IsRead(CheckNode node, MirrorReport mirror) => node.Snapshot.Processes?.Any(p =>
        p.Command.Contains("ovs-tcpdump", StringComparison.Ordinal)
        || mirror.OutputPort is { } output && p.Command.Split(' ').Contains(output)) == true;
}
