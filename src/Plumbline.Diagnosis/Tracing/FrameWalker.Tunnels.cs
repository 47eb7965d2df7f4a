using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plumbline.Iptables.Simulation;
using Plumbline.Linux.Netlink;
using Plumbline.OpenFlow.Simulation;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Tracing;

internal sealed partial class FrameWalker
{
    private const int EthernetHeader = 14;
    private const byte Udp = 17;
    private const byte Gre = 47;

    /// <summary>A frame goes into a tunnel: the outer packet is made and sent like any other of the node.</summary>
    private void Encapsulate(TraceNode node, SimulatedOutput output, TraceFrame frame, Trail trail)
    {
        var port = node.Port(output.Name ?? "");
        var remote = output.TunnelRemote!;
        var type = port?.Row.Type ?? "tunnel";
        type = type == "ip6gre" ? "gre" : type;
        var name = output.Name ?? type;
        var into = Step(trail, HopKind.Tunnel, node.Own, name,
            string.Create(CultureInfo.InvariantCulture, $"{type} to {remote}, key {output.TunnelKey}"), Options(port));
        var local = IPAddress.TryParse(port?.Row.Options.GetValueOrDefault("local_ip"), out var told) ? told : null;
        if (local is not null && node.Own.Facts.Addresses.Count > 0 && node.Own.DeviceWith(local) is null)
        {
            Drop(TraceCause.Tunnel, node.Own, name, $"{name} sends from {local}, which {node.Name} does not have", frame, into, Options(port));
            return;
        }
        var isUserspace = node.IsUserspace(output.Bridge);
        if (WayTo(node.Own, remote, isUserspace) is not { } way)
        {
            Drop(TraceCause.Route, node.Own, name, $"no route from {node.Name} to {remote}, the other end of {name}", frame, into, Options(port));
            return;
        }
        var (device, nextHop, text) = way;
        if (isUserspace && node.Port(device.Name) is not { IsInternal: true })
        {
            Drop(TraceCause.Tunnel, node.Own, name,
                $"the userspace datapath sends tunnel packets only by a bridge of its own, and {remote} is behind {device.Name}", frame, into);
            return;
        }
        local ??= node.Own.AddressesOf(device).FirstOrDefault(a => TraceFabric.SameFamily(a.Address, remote))?.Address ?? IPAddress.Any;
        var outer = new TraceFrame
        {
            Source = device.Address ?? default,
            Destination = OuterMac(node, isUserspace, device, nextHop, remote),
            From = local,
            To = remote,
            Protocol = type == "gre" ? Gre : Udp,
            SourcePort = 50000,
            DestinationPort = (ushort)(type == "gre" ? 0 : PortOf(port, type)),
            Size = frame.Size + (frame.Vlan is null ? 0 : VlanSlack) + EthernetHeader + Overhead(type, remote, output.TunnelKey ?? 0),
            Cargo = new(type, output.TunnelKey ?? 0, frame, name),
        };
        if (port?.Row.Options.GetValueOrDefault("df_default") == "false" && !isUserspace)
        {
            outer = outer with { Size = Math.Min(outer.Size, device.Mtu ?? outer.Size) };
            session.Note($"{name} lets its packets be cut up (df_default=false)");
        }
        if (isUserspace)
        {
            // Open vSwitch puts it into the bridge itself: the kernel's rules and the bridge device's MTU have no say
            OvsIn(node.Port(device.Name)!, outer, Step(into, HopKind.Device, node.Own, device.Name, $"{local} → {remote} ({text})"));
            return;
        }
        var hook = RuleHook.AskStack(node.Own, PacketPath.FromHost(device.Name), outer, session);
        var sent = Step(into, HopKind.Device, node.Own, device.Name, $"{local} → {remote} ({text}){(hook.Decider is null ? "" : $"; {hook.Decider}")}",
            hook.Evidence, hook.Unknowns, hook.Counters);
        if (hook.Outcome == Outcome.Dropped)
        {
            Drop(TraceCause.Rule, node.Own, hook.Chain ?? device.Name, hook.Decider ?? "a rule", outer, sent, hook.Evidence, counters: hook.Counters);
            return;
        }
        DeviceOut(node.Own, device, outer, sent, isBridged: false);
    }

    /// <summary>A tunnel's packet has come to the node that it is for.</summary>
    private void Decapsulate(TraceSpace space, Link device, TraceFrame outer, Trail? trail)
    {
        var node = space.Node;
        var cargo = outer.Cargo!;
        var found = node.Switches.TunnelPortFor(cargo.Type, outer.From, outer.To, cargo.Key);
        if (found is not var (bridge, port) || node.Port(port.Name) is not { } row)
        {
            Drop(TraceCause.Tunnel, space, device.Name, string.Create(CultureInfo.InvariantCulture,
                $"no port of {node.Name} takes {cargo.Type} from {outer.From} to {outer.To} with key {cargo.Key}"), outer, trail);
            return;
        }
        if (cargo.Type != "gre" && PortOf(row, cargo.Type) != outer.DestinationPort)
        {
            Drop(TraceCause.Tunnel, space, port.Name, string.Create(CultureInfo.InvariantCulture,
                $"{port.Name} listens on UDP {PortOf(row, cargo.Type)}, the packet is for {outer.DestinationPort}"), outer, trail, Options(row));
            return;
        }
        if (!node.IsUserspace(bridge))
        {
            var hook = RuleHook.AskStack(space, PacketPath.ToHost(device.Name), outer, session);
            trail = Step(trail, HopKind.Device, space, device.Name, $"for {outer.To}{(hook.Decider is null ? "" : $"; {hook.Decider}")}", hook.Evidence, hook.Unknowns, hook.Counters);
            if (hook.Outcome == Outcome.Dropped)
            {
                Drop(TraceCause.Rule, space, hook.Chain ?? device.Name, hook.Decider ?? "a rule", outer, trail, hook.Evidence, counters: hook.Counters);
                return;
            }
        }
        else if (node.Port(device.Name) is not { IsInternal: true })
        {
            Drop(TraceCause.Tunnel, space, device.Name,
                $"the userspace datapath takes tunnel packets only from a bridge of its own, and {outer.To} is on {device.Name}", outer, trail);
            return;
        }
        var key = FlowKeys.Of(cargo.Inner, port.Number).Set("tun_id", cargo.Key);
        if (outer.IsIPv6)
        {
            key.Set("tun_ipv6_src", TraceFrame.NumberOf(outer.From)).Set("tun_ipv6_dst", TraceFrame.NumberOf(outer.To));
        }
        else
        {
            key.Set("tun_src", TraceFrame.NumberOf(outer.From)).Set("tun_dst", TraceFrame.NumberOf(outer.To));
        }
        Switch(node, bridge, key, cargo.Inner, Step(trail, HopKind.Tunnel, space, port.Name,
            string.Create(CultureInfo.InvariantCulture, $"{cargo.Type} from {outer.From}, key {cargo.Key}"), Options(row)), port.Name);
    }

    /// <summary>By which device, to whom, and the route in words; null where none leads there.</summary>
    private static (Link Device, IPAddress NextHop, string Text)? WayTo(TraceSpace space, IPAddress remote, bool isUserspace)
    {
        if (isUserspace && space.Facts.Routes.Count > 0)
        {
            return UserspaceRoutes.Find(space.Facts, remote) is { } route && (route.IfIndex ?? (route.NextHops is [var hop, ..] ? hop.IfIndex : null)) is { } index
                && space.Link(index) is { } by ? (by, route.Gateway ?? remote, new RouteChoice(route, by, route.Gateway ?? remote).ToString()) : null;
        }
        var choice = RouteChoice.Find(space, remote);
        if (choice.Device is { } device && !choice.Refuses)
        {
            return (device, choice.NextHop, choice.ToString());
        }
        if (space.Facts.Routes.Count > 0 && space.Facts.Routes.Any(r => r.Type is 1 or 0))
        {
            return null;
        }
        // routes were not told: the subnets of the addresses are routes in any case
        foreach (var address in space.Facts.Addresses)
        {
            if (TraceFabric.SameFamily(address.Address, remote) && space.Link(address.IfIndex) is { } near
                && new IPNetwork(TraceSpace.Masked(address.Address, address.PrefixLength), address.PrefixLength).Contains(remote))
            {
                return (near, remote, $"{near.Name} has its subnet");
            }
        }
        return null;
    }

    private MacAddress OuterMac(TraceNode node, bool isUserspace, Link device, IPAddress nextHop, IPAddress remote)
    {
        var space = node.Own;
        var told = isUserspace ? TunnelNeighbour(node, nextHop) : space.Facts.Neighbours.FirstOrDefault(n => n.IfIndex == device.IfIndex
            && n.Address.Equals(nextHop) && (n.State & Permanent) != 0)?.LinkAddress;
        if (told is { } address)
        {
            return address;
        }
        if (nextHop.Equals(remote) && fabric.OwnerOf(remote) is var (_, owner) && owner.Address is { } known)
        {
            return known;
        }
        var entry = space.Facts.Neighbours.FirstOrDefault(n => n.IfIndex == device.IfIndex && n.Address.Equals(nextHop));
        return entry?.LinkAddress ?? new(0x0200_0000_0001);
    }

    private static int PortOf(TracePort? port, string type) =>
        int.TryParse(port?.Row.Options.GetValueOrDefault("dst_port"), CultureInfo.InvariantCulture, out var number) ? number
        : type switch { "geneve" => 6081, "stt" => 7471, "lisp" => 4341, _ => 4789 };

    /// <summary>Octets of the outer headers but for the inner Ethernet header: IP, UDP or GRE with its key, VXLAN or Geneve.</summary>
    private static int Overhead(string type, IPAddress remote, ulong key) =>
        (remote.AddressFamily == AddressFamily.InterNetworkV6 ? 40 : 20) + type switch
        {
            "gre" => key != 0 ? 8 : 4,
            _ => 16,
        };

    private static IReadOnlyList<string> Options(TracePort? port) => port is null ? []
        : [$"{port.Row.Name}: type={port.Row.Type} {string.Join(' ', port.Row.Options.Select(o => $"{o.Key}={o.Value}"))}"];

    /// <summary>What the userspace datapath keeps of its neighbours (tnl/neigh/show) is what it sends to.</summary>
    private static MacAddress? TunnelNeighbour(TraceNode node, IPAddress nextHop)
    {
        foreach (var line in node.Snapshot.Switching?.TunnelNeighbours?.Split('\n') ?? [])
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var address, var mac, _] && IPAddress.TryParse(address, out var told)
                && told.Equals(nextHop) && MacAddress.TryParse(mac, out var read))
            {
                return read;
            }
        }
        return null;
    }
}
