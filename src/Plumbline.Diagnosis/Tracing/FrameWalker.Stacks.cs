using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plumbline.Iptables.Simulation;
using Plumbline.Linux.Netlink;

namespace Plumbline.Diagnosis.Tracing;

internal sealed partial class FrameWalker
{
    /// <summary>A VM sends.</summary>
    public List<WalkEnd> SendFromGuest(TraceStack.Guest guest, GuestNic nic, TraceFrame frame)
    {
        var trail = Step(null, HopKind.Instance, nic.Node.Own, guest.Name, $"sends {frame}");
        if (nic.Vif.InstanceIsRunning == false)
        {
            Drop(TraceCause.Service, nic.Node.Own, guest.Name, $"{guest.Name} is shut off", frame, trail);
            return _ends;
        }
        var own = nic.Node.Own;
        var most = OwnMtu(nic);
        if (frame.Size > most && frame.MayBeCut)
        {
            frame = frame.Cut(most);
        }
        if (frame.Size > most)
        {
            Drop(TraceCause.Mtu, own, guest.Name, string.Create(CultureInfo.InvariantCulture,
                $"the VM's own NIC takes {most} bytes, the packet has {frame.Size}"), frame, trail);
            return _ends;
        }
        if (nic.Tap is { } tap)
        {
            DeviceIn(own, tap, frame, Step(trail, HopKind.Device, own, tap.Name, "in from the VM"));
            return Run();
        }
        var name = nic.DeviceName;
        if (name is not null && nic.Node.Port(name) is { } port && port.Row.Type.StartsWith("dpdkvhost", StringComparison.Ordinal))
        {
            OvsIn(port, frame, trail);
            return Run();
        }
        if (own.Facts.Links.Count == 0)
        {
            Missing($"the devices of {nic.Node.Name} (ip link)", frame, trail);
            return _ends;
        }
        Drop(TraceCause.Link, own, name ?? guest.Name, name is null
            ? $"{guest.Name} has no device on {nic.Node.Name}: it does not run, or its tap is gone" : $"there is no device {name}", frame, trail);
        return _ends;
    }

    /// <summary>A namespace sends by one of its devices; rules of OUTPUT come before.</summary>
    public List<WalkEnd> SendFromSpace(TraceSpace space, Link device, TraceFrame frame, string? what = null)
    {
        var trail = Step(null, HopKind.Host, space, space.IsOwn ? space.Node.Name : space.Name, what ?? $"sends {frame} by {device.Name}");
        if (frame.Arp == 0 && !frame.IsNeighbourQuestion && !frame.IsNeighbourAnswer)
        {
            var sent = Outgoing(space, device, frame, ref trail);
            if (sent is null)
            {
                return _ends;
            }
            frame = sent;
        }
        else if (IsRefusedNeighbour(space, device, frame, trail, isReceived: false))
        {
            return _ends;
        }
        if (FrameHook.OfStack(space, device, frame, isReceived: false) is { Dropped: not null } refused)
        {
            Drop(TraceCause.Rule, space, refused.Dropped.Chain, refused.Words, frame, Step(trail, HopKind.Host, space, device.Name, refused.Words, refused.Passed),
                refused.Passed);
            return _ends;
        }
        DeviceOut(space, device, frame, trail, isBridged: false);
        return Run();
    }

    /// <summary>A host outside sends onto a wire.</summary>
    public List<WalkEnd> SendFromOutside(TraceStack.Outside outside, TraceFrame frame)
    {
        var trail = Step(null, HopKind.Outside, null, "outside", $"sends {frame}");
        var any = false;
        foreach (var (node, nic) in fabric.NicsOn(outside.Segment ?? ""))
        {
            any = true;
            WireIn(node.Own, nic, frame with { Vlan = outside.Vlan }, trail);
        }
        if (!any && outside.Segment is { } segment && fabric.WithoutWire(segment) is var (mapped, bridge))
        {
            Drop(TraceCause.Link, mapped.Own, bridge, $"{bridge} of {segment[(segment.IndexOf(':', StringComparison.Ordinal) + 1)..]} has no port that leads out of the node", frame, trail);
        }
        else if (!any && outside.Segment?.Split(':') is ["lost", var host, var physical] && fabric.Nodes.Find(n => n.Name == host) is { } without)
        {
            Drop(TraceCause.Patch, without.Own, "bridge_mappings", $"the agent of {host} has no bridge for physical network {physical}", frame, trail,
                [$"bridge_mappings: {string.Join(", ", TraceFabric.Mappings(without).Select(m => $"{m.Key}:{m.Value}"))}"]);
        }
        else if (!any)
        {
            Missing($"which NIC leads to {outside.Segment ?? "that network"}", frame, trail);
        }
        return Run();
    }

    /// <summary>What the VM's NIC takes: the network's MTU, which is what its devices on the node were given.</summary>
    private int OwnMtu(GuestNic nic)
    {
        var wanted = nic.NetworkId is { } id && fabric.Cloud?.Networks?.GetValueOrDefault(id)?.Mtu is { } mtu ? mtu : 0;
        var end = nic.Vif.OvsEnd is { } qvo ? nic.Node.Topology.Find(qvo)?.Mtu ?? 0 : 0;
        var most = wanted > 0 ? wanted : Math.Max(nic.Tap?.Mtu ?? 0, Math.Max(end, nic.Vif.Mtu ?? 0));
        return most > 0 ? most : int.MaxValue;
    }

    private void GuestIn(TraceStack.Guest guest, GuestNic nic, TraceFrame frame, Trail trail)
    {
        var own = nic.Node.Own;
        if (frame.Vlan is not null)
        {
            Drop(TraceCause.Vlan, own, guest.Name, $"{guest.Name} gets it with VLAN tag {frame.Vlan}", frame, trail, kind: WalkEndKind.Missed);
            return;
        }
        var isPretender = ReferenceEquals(nic, session.Pretender);
        if (!frame.Destination.IsMulticast && frame.Destination != nic.Mac && !(isPretender && frame.Destination == session.FalseMac))
        {
            Drop(TraceCause.Nobody, own, guest.Name, $"{guest.Name} is {nic.Mac}, it is for {frame.Destination}", frame, trail, kind: WalkEndKind.Missed);
            return;
        }
        var isFor = isPretender && (frame.IsNeighbourQuestion ? frame.Asked : frame.To).Equals(session.FalseAddress)
            || (frame.IsNeighbourQuestion ? guest.Nics.Any(n => n.Addresses.Any(a => a.Address.Equals(frame.Asked)))
            : frame.IsNeighbourAnswer || guest.Nics.Any(n => n.Addresses.Any(a => a.Address.Equals(frame.To)))
                || frame is { Protocol: 17, DestinationPort: 68 } || frame.To.Equals(session.Group));
        if (!isFor && frame.IsNeighbourQuestion && !nic.Addresses.Any(a => frame.Arp == 0 || TraceFabric.SameFamily(a.Address, frame.Asked))
            && fabric.Guests.PortOf(nic.Vif) is null && !fabric.IsKnown(frame.Asked))
        {
            Missing($"the addresses of {guest.Name}, which may have {frame.Asked}", frame, trail);
            return;
        }
        if (!isFor)
        {
            Drop(TraceCause.Nobody, own, guest.Name, $"{guest.Name} does not have {(frame.IsNeighbourQuestion ? frame.Asked : frame.To)}", frame, trail,
                kind: WalkEndKind.Missed);
            return;
        }
        if (nic.Vif.InstanceIsRunning == false)
        {
            Drop(TraceCause.Service, own, guest.Name, $"{guest.Name} is shut off", frame, trail);
            return;
        }
        _ends.Add(new(WalkEndKind.Arrived, Step(trail, HopKind.Instance, own, guest.Name, "takes it"), frame) { Stack = guest, Nic = nic });
    }

    /// <summary>A namespace gets a frame by one of its devices.</summary>
    private void StackIn(TraceSpace space, Link device, TraceFrame frame, Trail? trail, Link? bridgePort = null)
    {
        var name = space.IsOwn ? space.Node.Name : space.Name;
        if (!frame.Destination.IsMulticast && device.Address is { } mac && frame.Destination != mac)
        {
            Drop(TraceCause.Nobody, space, device.Name, $"{device.Name} is {mac}, it is for {frame.Destination}", frame, trail, kind: WalkEndKind.Missed);
            return;
        }
        if (frame.Arp == 0 && frame.Cargo is null && space.IsOwn && !space.Facts.Addresses.Any(a => a.IfIndex == device.IfIndex && !a.Address.IsIPv6LinkLocal))
        {
            Drop(TraceCause.Nobody, space, device.Name, $"{device.Name} has no address", frame, trail, kind: WalkEndKind.Missed);
            return;
        }
        if (FrameHook.OfStack(space, device, frame, isReceived: true) is { Dropped: not null } refused)
        {
            Drop(TraceCause.Rule, space, refused.Dropped.Chain, refused.Words, frame, Step(trail, HopKind.Host, space, device.Name, refused.Words, refused.Passed),
                refused.Passed);
            return;
        }
        if (frame.IsNeighbourQuestion || frame.IsNeighbourAnswer)
        {
            if (IsRefusedNeighbour(space, device, frame, trail, isReceived: true))
            {
                return;
            }
            var isFor = frame.IsNeighbourAnswer || (frame.Arp != 0 ? space.IsLocal(frame.Asked) ? AnswersArp(space, device, frame.Asked) : AnswersForOthers(space, device, frame.Asked)
                : space.AddressesOf(device).Any(a => a.Address.Equals(frame.Asked)));
            if (!isFor)
            {
                Drop(TraceCause.Nobody, space, device.Name, $"{name} does not have {frame.Asked}", frame, trail, kind: WalkEndKind.Missed);
                return;
            }
            _ends.Add(new(WalkEndKind.Arrived, Step(trail, HopKind.Host, space, device.Name, $"{name} takes it"), frame)
            {
                Stack = new TraceStack.Space(space),
                Device = device,
            });
            return;
        }
        if (frame.Destination.IsMulticast && !IsGroup(frame.To) && !IsDirectedBroadcast(space, frame.To))
        {
            Drop(TraceCause.Nobody, space, device.Name, $"{name} takes no {frame.To} that is sent to everybody", frame, trail, kind: WalkEndKind.Missed);
            return;
        }
        RouteIn(space, device, frame, trail, bridgePort);
    }

    /// <summary>Neighbour discovery is ICMPv6: unlike ARP it meets the rules of ip6tables and nft as any packet does.</summary>
    private bool IsRefusedNeighbour(TraceSpace space, Link device, TraceFrame frame, Trail? trail, bool isReceived)
    {
        if (frame.Arp != 0)
        {
            return false;
        }
        var hook = RuleHook.AskStack(space, isReceived ? PacketPath.ToHost(device.Name) : PacketPath.FromHost(device.Name), frame, session);
        if (hook.Outcome != Outcome.Dropped)
        {
            return false;
        }
        Drop(TraceCause.Rule, space, hook.Chain ?? device.Name, hook.Decider ?? "a rule", frame,
            Step(trail, HopKind.Host, space, device.Name, hook.Decider ?? "a rule", hook.Evidence, hook.Unknowns, hook.Counters), hook.Evidence, counters: hook.Counters);
        return true;
    }

    /// <summary>arp_ignore 1 and above: only for addresses of the device itself. The L3 agent sets 1 in its namespaces.</summary>
    private bool AnswersArp(TraceSpace space, Link device, IPAddress asked)
    {
        if (space.AddressesOf(device).Any(a => a.Address.Equals(asked)))
        {
            return true;
        }
        if (space.Sysctl("net.ipv4.conf.all.arp_ignore") is null && space.Name.StartsWith("qrouter-", StringComparison.Ordinal))
        {
            session.Assume($"{space.Name} on {space.Node.Name} does not answer for {asked}, which another of its devices has: arp_ignore is 1 (not told)");
            return false;
        }
        return Math.Max(Number(space, "net.ipv4.conf.all.arp_ignore"), Number(space, $"net.ipv4.conf.{device.Name}.arp_ignore")) == 0;
    }

    /// <summary>
    /// proxy_arp (ip-sysctl): the namespace answers for what it routes by another device. The L3 agent sets it at fg- of a fip namespace, where
    /// floating addresses are routed to the routers.
    /// </summary>
    private bool AnswersForOthers(TraceSpace space, Link device, IPAddress asked)
    {
        var told = space.Sysctl($"net.ipv4.conf.{device.Name}.proxy_arp");
        var isFloating = told is null && space.Name.StartsWith("fip-", StringComparison.Ordinal) && device.Name.StartsWith("fg-", StringComparison.Ordinal);
        if ((!isFloating && told != "1" && space.Sysctl("net.ipv4.conf.all.proxy_arp") != "1")
            || RouteChoice.Find(space, asked) is not { Refuses: false, Device: { } other } || other.IfIndex == device.IfIndex)
        {
            return false;
        }
        if (isFloating)
        {
            session.Assume($"{space.Name} on {space.Node.Name} answers ARP for {asked}: proxy_arp of {device.Name} is 1 (not told)");
        }
        return true;
    }

    private static int Number(TraceSpace space, string sysctl) =>
        int.TryParse(space.Sysctl(sysctl), CultureInfo.InvariantCulture, out var value) ? value : 0;

    private static bool IsGroup(IPAddress address) => address.IsIPv6Multicast || address.Equals(IPAddress.Broadcast)
        || address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes()[0] is >= 224 and <= 239;

    private static bool IsDirectedBroadcast(TraceSpace space, IPAddress address) =>
        space.Facts.Routes.Any(r => r.Type == 3 && r.Destination.Equals(address));
}
