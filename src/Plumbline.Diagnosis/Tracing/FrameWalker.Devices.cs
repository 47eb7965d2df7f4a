using System.Globalization;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Tracing;

internal sealed partial class FrameWalker
{
    /// <summary>A namespace or a bridge sends by a device.</summary>
    private void DeviceOut(TraceSpace space, Link link, TraceFrame frame, Trail? trail, bool isBridged)
    {
        if (IsTooDeep(trail, frame) || !IsUp(space, link, frame, trail) || !Fits(space, link, frame, trail, isBridged)
            || !isBridged && IsRefusedAt(space, link, frame, trail, isReceived: false))
        {
            return;
        }
        if (link.QueueDiscipline == Impairment.Discipline && !frame.Destination.IsMulticast)
        {
            session.Assume($"netem on {link.Name} of {space.Node.Name} lets this packet through: it delays, loses or changes some (tc qdisc show dev {link.Name})");
        }
        if (space.IsOwn && fabric.Guests.ByDevice(space.Node, link.Name) is var (guest, nic))
        {
            GuestIn(guest, nic, frame, Step(trail, HopKind.Device, space, link.Name, $"to {guest.Name}"));
            return;
        }
        if (space.Node.Port(link.Name) is { IsInternal: true } port)
        {
            OvsIn(port, frame, trail);
            return;
        }
        switch (link.Kind)
        {
            case "bridge":
                BridgeForward(space, link, null, frame, trail);
                return;
            case "vlan" when link.LinkIndex is { } lower && link.LinkNamespaceId is null && space.Link(lower) is { } below
                && link.Data is LinkData.Vlan vlan:
                DeviceOut(space, below, frame with { Vlan = vlan.Id },
                    Step(trail, HopKind.Device, space, link.Name, string.Create(CultureInfo.InvariantCulture, $"tags it with VLAN {vlan.Id} for {below.Name}")),
                    isBridged);
                return;
            case "bond" or "team" when space.MembersOf(link).FirstOrDefault(m => IsAdminUp(m) && HasCarrier(m)) is { } member:
                DeviceOut(space, member, frame, trail, isBridged);
                return;
            case "veth" or null when PeerOf(space, link) is var (peerSpace, peer):
                DeviceIn(peerSpace, peer, frame, Step(trail, HopKind.Device, space, link.Name, $"veth to {peer.Name}"));
                return;
        }
        if (space.IsOwn && TraceFabric.IsNic(space.Node, link))
        {
            WireOut(space, link, frame, trail);
            return;
        }
        Missing($"what is behind {link.Name} on {space.Node.Name}", frame, Step(trail, HopKind.Device, space, link.Name, "leaves here"));
    }

    /// <summary>A frame comes out of a device: from a VM, a veth's other end, a wire.</summary>
    private void DeviceIn(TraceSpace space, Link link, TraceFrame frame, Trail? trail)
    {
        if (IsTooDeep(trail, frame) || !IsUp(space, link, frame, trail))
        {
            return;
        }
        if ((link.Kind == "veth" || (link.Kind is null && PeerOf(space, link) is not null)) && !Fits(space, link, frame, trail, isBridged: true))
        {
            return;
        }
        if (link.MasterIndex is { } master && space.Link(master) is { } over)
        {
            switch (over.Kind)
            {
                case "bridge":
                    BridgeForward(space, over, link, frame, trail);
                    return;
                case "bond" or "team":
                    DeviceIn(space, over, frame, trail);
                    return;
            }
        }
        // the userspace datapath reads a copy (packet(7)) that is taken before ingress is asked
        if (space.Node.Port(link.Name) is { IsInternal: false } port)
        {
            if (space.Node.IsUserspace(port.Bridge.Name) || !IsRefusedAt(space, link, frame, trail, isReceived: true))
            {
                OvsIn(port, frame, trail);
            }
            return;
        }
        if (IsRefusedAt(space, link, frame, trail, isReceived: true))
        {
            return;
        }
        if (frame.Vlan is { } tag)
        {
            var inner = UpperOf(space, link, tag);
            if (inner is null)
            {
                Drop(TraceCause.Vlan, space, link.Name, string.Create(CultureInfo.InvariantCulture, $"{link.Name} takes no VLAN {tag}"), frame, trail,
                    kind: WalkEndKind.Missed);
                return;
            }
            DeviceIn(space, inner, frame with { Vlan = null }, trail);
            return;
        }
        // a device that should hang in a bridge takes frames for nobody
        if (space.Node.Topology.Snapshot.Ovs is null && space.IsOwn && link.MasterIndex is null
            && (link.Name.StartsWith("qvo", StringComparison.Ordinal) || link.Name.StartsWith("tap", StringComparison.Ordinal)))
        {
            Missing($"Open vSwitch's database of {space.Node.Name}, whose port {link.Name} is", frame, trail);
            return;
        }
        if (DeviceRole(space, link) is { } role && !space.AddressesOf(link).Any(a => !a.Address.IsIPv6LinkLocal))
        {
            Drop(TraceCause.Link, space, link.Name, role, frame, trail);
            return;
        }
        StackIn(space, link, frame, trail);
    }

    /// <summary>nft's chains of a device itself (netdev): a frame ends here by one of their rules.</summary>
    private bool IsRefusedAt(TraceSpace space, Link link, TraceFrame frame, Trail? trail, bool isReceived)
    {
        if (FrameHook.OfDevice(space, link, frame, isReceived) is not { Dropped: not null } refused)
        {
            return false;
        }
        Drop(TraceCause.Rule, space, refused.Dropped.Chain, refused.Words, frame, Step(trail, HopKind.Device, space, link.Name, refused.Words, refused.Passed),
            refused.Passed);
        return true;
    }

    /// <summary>The VLAN device above a link; null where none has the tag.</summary>
    private static Link? UpperOf(TraceSpace space, Link link, int tag) => space.Facts.Links.FirstOrDefault(l => l.Kind == "vlan"
        && l.LinkIndex == link.IfIndex && l.LinkNamespaceId is null && l.Data is LinkData.Vlan vlan && vlan.Id == tag);

    private static string? DeviceRole(TraceSpace space, Link link) => !space.IsOwn ? null
        : link.Name.StartsWith("qvo", StringComparison.Ordinal) ? $"{link.Name} is no port of any bridge of Open vSwitch"
        : link.Name.StartsWith("qvb", StringComparison.Ordinal) || link.Name.StartsWith("tap", StringComparison.Ordinal)
            ? $"{link.Name} is in no bridge" : null;

    private static (TraceSpace Space, Link Link)? PeerOf(TraceSpace space, Link link)
    {
        var topology = space.Node.Topology;
        var id = $"link:{space.Name}/{link.Name}";
        foreach (var connection in topology.ConnectionsOf(id))
        {
            if (connection.Kind != ConnectionKind.VethPair)
            {
                continue;
            }
            if (topology.Find(connection.From == id ? connection.To : connection.From) is { Namespace: { } home } other
                && space.Node.Space(home) is { } found && found.Link(other.Name) is { } peer)
            {
                return (found, peer);
            }
        }
        return null;
    }

    private void WireOut(TraceSpace space, Link nic, TraceFrame frame, Trail? trail)
    {
        var left = Step(trail, HopKind.Wire, space, nic.Name, "onto the wire");
        var owner = frame.Cargo is null ? null : fabric.OwnerOf(frame.To);
        var isSent = false;
        foreach (var (node, other) in fabric.OthersOn(space.Node, nic))
        {
            if (owner is { } to && to.Space.Node != node)
            {
                continue;   // the other nodes' copies of a tunnel's packet are of no interest
            }
            isSent = true;
            var into = left;
            _moves.Enqueue(() => WireIn(node.Own, other, frame, into));
        }
        if (!isSent && owner is { } far && far.Space.Node != space.Node)
        {
            session.Assume($"routers between {space.Node.Name} and {far.Space.Node.Name} pass the tunnel's packets on");
            var nics = far.Space.Facts.Links.Where(l => TraceFabric.IsNic(far.Space.Node, l) && fabric.IsBelow(far.Space, l, far.Link)).ToList();
            foreach (var other in nics)
            {
                var arriving = frame with { Destination = far.Link.Address ?? frame.Destination, Vlan = null };
                _moves.Enqueue(() => WireIn(far.Space, other, arriving, left));
            }
        }
        _ends.Add(new(WalkEndKind.Left, left, frame) { Segments = fabric.SegmentsOf(space.Node, nic) });
    }

    private void WireIn(TraceSpace space, Link nic, TraceFrame frame, Trail? trail)
    {
        if (!IsUp(space, nic, frame, trail) || !Fits(space, nic, frame, trail, isBridged: true))
        {
            return;
        }
        DeviceIn(space, nic, frame, Step(trail, HopKind.Wire, space, nic.Name, "in from the wire"));
    }
}
