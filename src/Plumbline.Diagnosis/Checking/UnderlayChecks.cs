using System.Globalization;
using System.Net;
using Plumbline.Diagnosis.Tracing;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Checking;

/// <summary>What tunnels stand on: the node's own address, the device that has it, and the routes to the other nodes. One finding for each cause.</summary>
internal static class UnderlayChecks
{
    private const uint LocalTable = 255;
    private const int Permanent = 0x80;
    private const int Unicast = 1;
    private const int Blackhole = 6;
    private const int Prohibit = 8;

    public static void Run(CheckContext context)
    {
        foreach (var node in context.Nodes)
        {
            if (node.Own is not { Addresses.Count: > 0 } own)
            {
                continue;
            }
            CheckNeighbours(context, node, own);
            foreach (var group in node.Tunnels.Where(t => t.Tunnel?.Local is not null).GroupBy(t => t.Tunnel!.Local!))
            {
                if (CheckLocal(context, node, own, group.Key, [.. group]) && CheckDevice(context, node, group.Key))
                {
                    CheckRoutes(context, node, own, group.Key, [.. group]);
                }
            }
        }
    }

    /// <summary>The address is this node's, and the one by which Neutron knows it.</summary>
    private static bool CheckLocal(CheckContext context, CheckNode node, Plumbline.Node.Facts.NamespaceFacts own, IPAddress local, List<Element> tunnels)
    {
        var meant = context.Cloud?.Agents?.FirstOrDefault(a => a.TunnelingIP is not null && node.IsCalled(a.Host))?.TunnelingIP;
        var has = own.Addresses.Any(a => a.Address.Equals(local));
        if (has ? meant is null || meant == local.ToString() : meant is null && (own.AreLinksCut || own.AreAddressesCut))
        {
            return true;
        }
        context.Found.Add(new()
        {
            Id = "tunnel-local-ip",
            Node = node.Name,
            Object = tunnels.Count == 1 ? tunnels[0].Name : local.ToString(),
            What = has ? $"tunnels start at {local}; Neutron and the other nodes know this node's tunnels by {meant}"
                : $"tunnels start at {local}, which is no address of this node",
            Evidence =
            [
                $"options:local_ip={local} of {string.Join(", ", tunnels.Select(t => t.Name))}",
                $"addresses: {string.Join(", ", own.Addresses.Select(a => a.Address).Where(a => !IPAddress.IsLoopback(a)))}",
            ],
            Consequence = "packets of the other end find nobody, ours bear an address that nobody answers",
            Fix = has ? "set local_ip in openvswitch_agent.ini to the address that the other nodes know, restart the agent"
                : $"give the node {local} back, or set local_ip in openvswitch_agent.ini to an address of this node and restart the agent",
        });
        return false;
    }

    /// <summary>
    /// The MAC address that the tunnels' packets get for another node is that node's: the userspace datapath has a table of its own, with
    /// the kernel's an entry written for ever counts.
    /// </summary>
    private static void CheckNeighbours(CheckContext context, CheckNode node, Plumbline.Node.Facts.NamespaceFacts own)
    {
        var isUserspace = node.Snapshot.Ovs?.Bridges.Any(b => b.DatapathType == "netdev") == true;
        var entries = new List<(string Address, string Mac, string Fix)>();
        if (isUserspace)
        {
            foreach (var line in node.Snapshot.Switching?.TunnelNeighbours?.Split('\n') ?? [])
            {
                if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var address, var mac, var bridge] && IPAddress.TryParse(address, out _))
                {
                    entries.Add((address, mac, $"ovs-appctl tnl/neigh/del {bridge} {address} (older: tnl/arp/flush)"));
                }
            }
        }
        else
        {
            entries.AddRange(own.Neighbours.Where(n => (n.State & Permanent) != 0 && n.LinkAddress is not null).Select(n =>
                (n.Address.ToString(), n.LinkAddress!.Value.ToString(), $"ip neigh del {n.Address} dev {own.Links.FirstOrDefault(l => l.IfIndex == n.IfIndex)?.Name ?? "DEVICE"}")));
        }
        foreach (var (address, mac, fix) in entries)
        {
            var ip = IPAddress.Parse(address);
            if (!node.Tunnels.Any(t => ip.Equals(t.Tunnel?.Remote))
                || context.Nodes.Where(n => n != node).Select(n => (n.Name, Device: n.DeviceWith(ip))).FirstOrDefault(n => n.Device?.Address is not null) is not { Device: { } device } other
                || device.Address!.Value.ToString().Equals(mac, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }
            context.Found.Add(new()
            {
                Id = "neighbour-wrong",
                Node = node.Name,
                Object = address,
                What = $"tunnel packets to {other.Name} ({address}) are sent to {mac}; its {device.Name} has {device.Address}",
                Evidence = [isUserspace ? $"ovs-appctl tnl/neigh/show: {address} {mac}" : $"permanent entry of {address}"],
                Consequence = $"no tunnel to {other.Name} works from here",
                Fix = fix,
            });
        }
    }

    private static bool CheckDevice(CheckContext context, CheckNode node, IPAddress local)
    {
        if (node.DeviceWith(local) is not { } device || device.Flags.HasFlag(LinkFlags.Up))
        {
            return true;
        }
        context.Found.Add(new()
        {
            Id = "link-down",
            Node = node.Name,
            Object = device.Name,
            What = $"{device.Name}: down; it has the address {local} that tunnels start at",
            Consequence = "no tunnel of this node works",
            Fix = $"ip link set {device.Name} up",
            Suffers = [.. node.Topology.Vifs.Where(v => v.Network?.Type is "vxlan" or "gre" or "geneve").Select(CheckNode.NameOf).Distinct()],
        });
        return false;
    }

    private static void CheckRoutes(CheckContext context, CheckNode node, Plumbline.Node.Facts.NamespaceFacts own, IPAddress local, List<Element> tunnels)
    {
        if (own.Routes.Count == 0)
        {
            return;
        }
        var lost = new List<(IPAddress Remote, Element Tunnel, Route? Route)>();
        var astray = new List<(IPAddress Remote, Route Route)>();
        var device = node.DeviceWith(local);
        var isUserspace = tunnels.TrueForAll(t => node.Snapshot.Ovs?.Bridges.FirstOrDefault(b => b.Name == t.OvsBridge)?.DatapathType == "netdev");
        foreach (var tunnel in tunnels)
        {
            if (tunnel.Tunnel?.Remote is not { } remote || own.Addresses.Any(a => a.Address.Equals(remote)))
            {
                continue;
            }
            var route = isUserspace ? UserspaceRoutes.Find(own, remote) : Find(own, remote);
            if (route is null || route.Type is >= Blackhole and <= Prohibit)
            {
                lost.Add((remote, tunnel, route));
            }
            else if (device is not null && route.IfIndex is { } way && way != device.IfIndex && !astray.Exists(a => a.Remote.Equals(remote)))
            {
                astray.Add((remote, route));
            }
        }
        if (lost.Count > 0)
        {
            AddLost(context, node, device?.Name ?? local.ToString(), lost);
        }
        if (astray.Count > 0 && device is not null && isUserspace)
        {
            // it takes tunnelled packets before the kernel's filter would see them, and sends them by bridges of its own only
            foreach (var (remote, route) in astray)
            {
                if (own.Links.FirstOrDefault(l => l.IfIndex == route.IfIndex) is { } way && node.Snapshot.Ovs?.Bridges.Any(b => b.Name == way.Name) != true)
                {
                    AddAstray(context, node, device.Name, remote, way.Name, route);
                }
            }
        }
        else if (astray.Count > 0 && device is not null)
        {
            CheckReversePath(context, node, own, device, astray);
        }
    }

    private static void AddLost(CheckContext context, CheckNode node, string device, List<(IPAddress Remote, Element Tunnel, Route? Route)> lost)
    {
        var remotes = lost.Select(l => l.Remote.ToString()).Distinct().ToList();
        context.Found.Add(new()
        {
            Id = "tunnel-no-route",
            Node = node.Name,
            Object = remotes.Count == 1 ? remotes[0] : device,
            What = $"there is no route to {string.Join(", ", remotes)}, where {string.Join(", ", lost.Select(l => l.Tunnel.Name))} {(lost.Count == 1 ? "leads" : "lead")}",
            Evidence = [.. lost.Select(l => l.Route).OfType<Route>().Distinct().Select(r => $"{Kind(r.Type)} {r.Destination}/{r.PrefixLength}")],
            Consequence = "tunnelled packets cannot leave this node",
            Fix = lost.Exists(l => l.Route is not null) ? "ip route del the route that forbids it" : "give the node its route back: ip route add …; is the underlay's device up?",
        });
    }

    private static void AddAstray(CheckContext context, CheckNode node, string device, IPAddress remote, string way, Route route) => context.Found.Add(new()
    {
        Id = "tunnel-no-route",
        Node = node.Name,
        Object = remote.ToString(),
        What = $"the route to {remote} goes by {way}, which is no bridge of Open vSwitch: its userspace datapath sends tunnels by {device} only",
        Evidence = [$"{route.Destination}/{route.PrefixLength} dev {way}"],
        Consequence = $"no tunnelled packet gets to {remote}",
        Fix = $"ip route del {route.Destination}/{route.PrefixLength} dev {way}, or let it go by {device}",
    });

    private static string Kind(int type) => type switch { Blackhole => "blackhole", 7 => "unreachable", _ => "prohibit" };

    /// <summary>Strict reverse path filtering: what comes in by another device than answers go out by is dropped.</summary>
    private static void CheckReversePath(
        CheckContext context, CheckNode node, Plumbline.Node.Facts.NamespaceFacts own, Link device, List<(IPAddress Remote, Route Route)> astray)
    {
        var all = Value("all");
        var here = Value(device.Name);
        if (Math.Max(all, here) != 1)
        {
            return;
        }
        var ways = astray.Select(a => own.Links.FirstOrDefault(l => l.IfIndex == a.Route.IfIndex)?.Name ?? "another device").Distinct();
        context.Found.Add(new()
        {
            Id = "rp-filter",
            Node = node.Name,
            Object = device.Name,
            What = $"{device.Name}: strict reverse path filtering, but the way to {string.Join(", ", astray.Select(a => a.Remote))} is by {string.Join(", ", ways)}",
            Evidence = [string.Create(CultureInfo.InvariantCulture, $"net.ipv4.conf.all.rp_filter={all}, net.ipv4.conf.{device.Name}.rp_filter={here}: the larger counts")],
            Consequence = $"the kernel drops tunnelled packets that come in by {device.Name} from there, and counts them nowhere but in IPReversePathFilter",
            Fix = $"sysctl -w net.ipv4.conf.{device.Name}.rp_filter=2 (and net.ipv4.conf.all.rp_filter), or let the route go by {device.Name}",
        });

        int Value(string name) =>
            (own.Sysctls.TryGetValue($"net.ipv4.conf.{name}.rp_filter", out var text)
                || own.Sysctls.TryGetValue($"net.ipv4.conf.{name.Replace('.', '/')}.rp_filter", out text))
            && int.TryParse(text.Trim(), out var value) ? value : 0;
    }

    /// <summary>The route with the longest prefix.</summary>
    private static Route? Find(Plumbline.Node.Facts.NamespaceFacts own, IPAddress address)
    {
        Route? best = null;
        foreach (var route in own.Routes)
        {
            if (route.Table != LocalTable && route.Type is 0 or Unicast or (>= Blackhole and <= Prohibit)
                && route.Destination.AddressFamily == address.AddressFamily
                && new IPNetwork(route.Destination, route.PrefixLength).Contains(address)
                && (best is null || route.PrefixLength > best.PrefixLength
                    || route.PrefixLength == best.PrefixLength && (route.Metric ?? 0) < (best.Metric ?? 0)))
            {
                best = route;
            }
        }
        return best;
    }
}
