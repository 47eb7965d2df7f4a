using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plumbline.Neutron;
using Plumbline.Neutron.Api;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Checking;

/// <summary>Tunnels: both ends, the way between them, and whether what the VMs send fits in.</summary>
internal static class TunnelChecks
{
    public static void Run(CheckContext context)
    {
        foreach (var node in context.Nodes)
        {
            foreach (var tunnel in node.Tunnels)
            {
                CheckType(context, node, tunnel);
                CheckRemote(context, node, tunnel);
                CheckOptions(context, node, tunnel);
            }
            CheckMissing(context, node);
            CheckMtu(context, node);
        }
    }

    private static string Option(CheckNode node, Element tunnel, string name) =>
        node.OvsPort(tunnel.Name)?.Row.Options.GetValueOrDefault(name) ?? "";

    private static void CheckRemote(CheckContext context, CheckNode node, Element tunnel)
    {
        if (tunnel.Tunnel?.Remote is not { } remote || context.Found.Has(node, "tunnel-remote", tunnel.Name))
        {
            return;
        }
        var agents = context.Cloud?.Agents?.Where(a => a.TunnelingIP is not null).ToList();
        // one that is named after where it leads is an agent's: to a node that comes or has gone
        var isMeant = tunnel.Name == NameOf(tunnel.Tunnel.Type, remote);
        if (agents is { Count: > 0 } && !isMeant && !agents.Exists(a => IPAddress.TryParse(a.TunnelingIP, out var ip) && ip.Equals(remote)))
        {
            context.Found.Add(new()
            {
                Id = "tunnel-remote",
                Node = node.Name,
                Object = tunnel.Name,
                What = $"{tunnel.Name}: no agent has the tunnel address {remote}",
                Evidence = [$"options:remote_ip={remote}; agents: {string.Join(", ", agents!.Select(a => $"{a.Host} {a.TunnelingIP}"))}"],
                Consequence = "what is sent into this tunnel arrives nowhere",
                Fix = $"ovs-vsctl --if-exists del-port {tunnel.OvsBridge} {tunnel.Name}, then restart neutron-openvswitch-agent",
            });
        }
    }

    /// <summary>The agent names a tunnel after its kind.</summary>
    private static void CheckType(CheckContext context, CheckNode node, Element tunnel)
    {
        if (tunnel.Tunnel is not { } ends || tunnel.Name.Split('-') is not [("vxlan" or "gre" or "geneve") and var named, { Length: 8 }] || named == ends.Type)
        {
            return;
        }
        context.Found.Add(new()
        {
            Id = "tunnel-type",
            Node = node.Name,
            Object = tunnel.Name,
            What = $"{tunnel.Name}: its type is {ends.Type}, its name says {named}",
            Evidence = [$"Interface {tunnel.Name}: type={ends.Type}"],
            Consequence = "the other end does not take its packets for tunnelled ones",
            Fix = $"ovs-vsctl set Interface {tunnel.Name} type={named}",
        });
    }

    /// <summary>Two ends that do not speak alike: kind, key, port.</summary>
    private static void CheckOptions(CheckContext context, CheckNode node, Element tunnel)
    {
        if (tunnel.Tunnel is not { } ends || ends.Remote is null)
        {
            return;
        }
        var isAgents = tunnel.Name == NameOf(ends.Type, ends.Remote);
        foreach (var name in (string[])["in_key", "out_key", "key"])
        {
            var value = Option(node, tunnel, name);
            var others = node.Tunnels.Where(t => t != tunnel && t.Tunnel?.Type == ends.Type).Select(t => Option(node, t, name)).ToList();
            // with neither it nor "key" the key is 0
            var isLost = value.Length == 0 && name != "key" && Option(node, tunnel, "key").Length == 0;
            if (isLost ? others.Contains("flow") || isAgents : value is not ("" or "flow") && (others.Contains("flow") || isAgents))
            {
                context.Found.Add(new()
                {
                    Id = "tunnel-key",
                    Node = node.Name,
                    Object = tunnel.Name,
                    What = $"{tunnel.Name}: {name} is {(isLost ? "not set, and so 0" : $"fixed to {value}")}; the agent sets it by flow",
                    Evidence = others.Count > 0 ? [$"the other {ends.Type} ports have {name}={string.Join(", ", others.Distinct())}"] : [],
                    Consequence = "networks with another key are not carried, or arrive as another network",
                    Fix = $"ovs-vsctl set Interface {tunnel.Name} options:{name}=flow",
                });
            }
        }
        CheckPort(context, node, tunnel, ends.Type);
        var other = context.Nodes.FirstOrDefault(n => n != node && n.Snapshot.Ovs is not null && n.DeviceWith(ends.Remote) is not null);
        if (other is null)
        {
            return;
        }
        var back = other.Tunnels.Where(t => t.Tunnel?.Remote is { } r && node.DeviceWith(r) is not null).ToList();
        var same = back.FirstOrDefault(t => t.Tunnel!.Type == ends.Type);
        if (same is null)
        {
            context.Found.Add(new()
            {
                Id = "tunnel-one-sided",
                Node = node.Name,
                Object = tunnel.Name,
                What = $"{tunnel.Name}: {other.Name} has no {ends.Type} tunnel back to this node",
                Evidence = back.Count > 0 ? [$"it has {string.Join(", ", back.Select(t => $"{t.Name} ({t.Tunnel!.Type})"))}"] : [],
                Consequence = $"what comes from {other.Name} cannot take this way, and it drops what we send",
                Fix = $"restart neutron-openvswitch-agent on {other.Name}",
            });
        }
        else if (Option(node, tunnel, "dst_port") is var port && Option(other, same, "dst_port") is var theirs && port != theirs
            && string.CompareOrdinal(node.Name, other.Name) < 0
            && !context.Found.Has(node, "tunnel-port", tunnel.Name) && IsUsualPort(node, tunnel, ends.Type) == IsUsualPort(other, same, ends.Type))
        {
            context.Found.Add(new()
            {
                Id = "tunnel-port",
                Node = node.Name,
                Object = tunnel.Name,
                What = $"{tunnel.Name}: UDP port {Or4789(port)} here, {Or4789(theirs)} on {other.Name}",
                Consequence = "neither takes the other's packets for tunnelled ones",
                Fix = "set vxlan_udp_port alike in openvswitch_agent.ini on both nodes and restart the agents",
            });
        }
    }

    /// <summary>A node's tunnels of one kind have one port, the agent's: the one that has another was changed by hand.</summary>
    private static void CheckPort(CheckContext context, CheckNode node, Element tunnel, string type)
    {
        if (IsUsualPort(node, tunnel, type))
        {
            return;
        }
        var port = Option(node, tunnel, "dst_port");
        var usual = node.Tunnels.Where(t => t != tunnel && t.Tunnel?.Type == type).Select(t => Option(node, t, "dst_port")).FirstOrDefault("");
        context.Found.Add(new()
        {
            Id = "tunnel-port",
            Node = node.Name,
            Object = tunnel.Name,
            What = $"{tunnel.Name}: UDP port {Or4789(port)}, the other {type} tunnels of this node have {Or4789(usual)}",
            Evidence = [$"options:dst_port={(port.Length > 0 ? port : "(none)")} of {tunnel.Name}"],
            Consequence = "neither end takes the other's packets for tunnelled ones",
            Fix = usual.Length > 0 ? $"ovs-vsctl set Interface {tunnel.Name} options:dst_port={usual}" : $"ovs-vsctl remove Interface {tunnel.Name} options dst_port",
        });
    }

    /// <summary>False: most others of its kind here, or the agent's own vxlan_udp_port, differ from its port.</summary>
    private static bool IsUsualPort(CheckNode node, Element tunnel, string type)
    {
        if (type != "vxlan")
        {
            return true;
        }
        var port = Or4789(Option(node, tunnel, "dst_port"));
        var others = node.Tunnels.Where(t => t != tunnel && t.Tunnel?.Type == type).Select(t => Or4789(Option(node, t, "dst_port"))).ToList();
        var same = others.Count(o => o == port);
        if (others.Count > 1 && same * 2 != others.Count)
        {
            return same * 2 > others.Count;
        }
        // of two that differ the agent's configuration says which one is right
        return same == others.Count || port == Or4789(node.AgentOption("vxlan_udp_port") ?? "");
    }

    private static string Or4789(string port) => port.Length == 0 ? "4789" : port;

    /// <summary>An agent makes a tunnel to every other of its kind; with L2 population to those that have VMs of its networks.</summary>
    private static void CheckMissing(CheckContext context, CheckNode node)
    {
        if (context.Cloud?.Agents is not { } agents || node.Snapshot.Ovs is null
            || agents.FirstOrDefault(a => a.TunnelingIP is not null && node.IsCalled(a.Host)) is not { } own)
        {
            return;
        }
        foreach (var other in agents.Where(a => a.TunnelingIP is not null && a != own))
        {
            foreach (var type in own.TunnelTypes.Intersect(other.TunnelTypes))
            {
                if (!IPAddress.TryParse(other.TunnelingIP, out var address) || node.Tunnels.Any(t =>
                    t.Name == NameOf(type, address) || t.Tunnel?.Type == type && address.Equals(t.Tunnel.Remote))
                    || own.HasL2Population && !Shares(context, node, other, type))
                {
                    continue;
                }
                context.Found.Add(new()
                {
                    Id = "tunnel-missing",
                    Node = node.Name,
                    Object = NameOf(type, address),
                    What = $"there is no {type} tunnel to {other.Host} ({address})",
                    Evidence = [$"{other.Host}'s agent takes tunnels in at {address}; br-tun has {string.Join(", ", node.Tunnels.Select(t => t.Name))}"],
                    Consequence = $"VMs here and on {other.Host} do not reach each other over {type} networks",
                    Fix = "systemctl restart neutron-openvswitch-agent",
                });
            }
        }
    }

    /// <summary>Both have VMs, in use, in one network of the kind.</summary>
    private static bool Shares(CheckContext context, CheckNode node, CloudAgent other, string type) => context.Cloud?.Ports?.Values.Any(p =>
        p is { IsUp: true, VifType: "ovs", IsActive: not false } && p.Host == other.Host && p.Owner.StartsWith("compute:", StringComparison.Ordinal)
        && node.Topology.Vifs.Any(v => v.Owner == VifOwner.Instance && v.Network?.Id == p.NetworkId && v.Network?.Type == type && v.LocalVlan is > 0 and < 4095)) == true;

    private static string NameOf(string type, IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork ? DeviceNames.TunnelPort(type, address) : $"{type} to {address}";

    /// <summary>The underlay must carry the largest packet of a network and its wrapping.</summary>
    private static void CheckMtu(CheckContext context, CheckNode node)
    {
        foreach (var group in node.Tunnels.Where(t => t.Tunnel?.Local is not null).GroupBy(t => (t.Tunnel!.Type, t.Tunnel.Local!)))
        {
            var (type, local) = group.Key;
            if (Overhead(type, local) is not { } overhead || node.DeviceWith(local) is not { } device
                || Largest(context, node, type) is not { } largest)
            {
                continue;
            }
            // a bridge follows the narrowest of its members: those are what is to be mended
            var narrow = node.Below(device).Where(l => l.Mtu < largest.Mtu + overhead).ToList();
            foreach (var link in narrow.Where(l => l != device || narrow.Count == 1))
            {
                context.Found.Add(new()
                {
                    Id = "mtu-underlay",
                    Node = node.Name,
                    Object = link.Name,
                    What = string.Create(CultureInfo.InvariantCulture,
                        $"{link.Name}: MTU {link.Mtu}, but network {largest.Name} needs {largest.Mtu + overhead} there ({largest.Mtu} and {overhead} of {type})"),
                    Evidence = [$"tunnels leave by {device.Name} ({local})"],
                    Consequence = "small packets pass, large ones vanish: connections open and then hang",
                    Fix = string.Create(CultureInfo.InvariantCulture, $"ip link set {link.Name} mtu {largest.Mtu + overhead} (or more), and on the way to the other nodes"),
                });
            }
        }
    }

    /// <summary>Octets that a tunnel adds to a network's packet: inner Ethernet, tunnel, UDP and outer IP headers.</summary>
    private static int? Overhead(string type, IPAddress local)
    {
        var ip = local.AddressFamily == AddressFamily.InterNetwork ? 20 : 40;
        return type switch
        {
            "vxlan" or "geneve" => 14 + 8 + 8 + ip,
            "gre" or "ip6gre" => 14 + 8 + ip, // with a key
            _ => null,
        };
    }

    /// <summary>The largest packet of any network of a kind that is on this node.</summary>
    private static (string Name, int Mtu)? Largest(CheckContext context, CheckNode node, string type)
    {
        (string, int Mtu)? largest = null;
        foreach (var vif in node.Topology.Vifs.Where(v => v.Network?.Type == type))
        {
            CloudNetwork? wanted = null;
            if (vif.Network!.Id is { } id)
            {
                context.Cloud?.Networks?.TryGetValue(id, out wanted);
            }
            if ((wanted?.Mtu ?? vif.Mtu) is { } mtu && (largest is null || mtu > largest.Value.Mtu))
            {
                largest = (wanted is { Name.Length: > 0 } ? wanted.Name : vif.Network.Id ?? CheckNode.NameOf(vif), mtu);
            }
        }
        return largest;
    }
}
