
using Plumbline.Neutron;

namespace Plumbline.Diagnosis.Tracing;

public sealed partial class Tracer
{
    private const int PermanentNeighbour = 0x80;
    private const int FailedNeighbour = 0x20;

    /// <summary>One packet from a stack to whoever has its destination: the next hop's MAC first, then the packet.</summary>
    private Leg Exchange(
        TraceStack from, TraceFrame packet, GuestNic? nic, TracePhase phase, TraceEnds ends, TraceStack? backTo = null, TraceFrame? answers = null)
    {
        _session.Phase = phase;
        var walker = new FrameWalker(_fabric, _session, this);
        List<WalkEnd> found;
        switch (from)
        {
            case TraceStack.Guest guest:
                if (TraceEnds.RouteOf(guest, packet.To, nic) is not var (own, nextHop))
                {
                    return Lost(guest.Nics[0].Node.Own, guest.Name, $"{guest.Name} has no route to {packet.To}: no subnet of its own, no gateway", packet, phase);
                }
                var resolved = ResolveFrom(guest, own, null, nextHop, packet.From);
                if (resolved.Mac is not { } mac)
                {
                    return Unresolved(resolved);
                }
                _session.Phase = phase;
                found = walker.SendFromGuest(guest, own, packet with { Source = ends.MacFor(own), Destination = mac });
                break;
            case TraceStack.Space space:
                var choice = RouteChoice.Find(space.Facts, packet.To, packet.From);
                if (choice.Device is not { } device || choice.Refuses)
                {
                    return Lost(space.Facts, space.Name, $"{space.Name} has no route to {packet.To}", packet, phase);
                }
                var hop = ResolveFrom(space, null, device, choice.NextHop, null);
                if (hop.Mac is not { } next)
                {
                    return Unresolved(hop);
                }
                _session.Phase = phase;
                found = walker.SendFromSpace(space.Facts, device, packet with { Source = device.Address ?? default, Destination = next },
                    $"sends {packet} by {device.Name} ({choice})");
                break;
            default:
                var outside = (TraceStack.Outside)from;
                var target = packet.To;
                var reached = ResolveFrom(outside, null, null, target, null);
                if (reached.Mac is not { } known)
                {
                    return Unresolved(reached);
                }
                _session.Phase = phase;
                found = walker.SendFromOutside(outside, packet with { Source = outside.Mac, Destination = known });
                break;
        }
        return Close(found, packet, phase, ends, backTo, answers);
    }

    private Leg Close(
        List<WalkEnd> found, TraceFrame packet, TracePhase phase, TraceEnds ends, TraceStack? backTo, TraceFrame? answers)
    {
        foreach (var end in found)
        {
            var isIt = backTo is null
                ? end.Kind == WalkEndKind.Arrived && !end.Frame.IsNeighbourAnswer && !end.Frame.IsNeighbourQuestion
                    || end.Kind == WalkEndKind.Left && end.Frame.Cargo is null && ends.IsOutside(end.Frame.To)
                : IsBack(end, backTo, ends, answers);
            if (!isIt)
            {
                continue;
            }
            var unknowns = end.Trail?.AllUnknowns.Distinct().ToList() ?? [];
            var trail = end.Kind == WalkEndKind.Left && end.Trail is not null
                ? new Trail(end.Trail, new() { Kind = HopKind.Outside, Place = "outside", What = $"{end.Frame.To} is beyond the nodes that were given" })
                : end.Trail;
            _session.Legs.Add(new() { Phase = phase, Packet = packet.ToString(), Hops = trail?.Hops ?? [], OtherCopies = found.Count - 1 });
            if (end.Kind == WalkEndKind.Left)
            {
                _session.Assume($"{end.Frame.To} answers");
            }
            else if (backTo is null && ends.Stranger(end) is { } stranger)
            {
                _session.Note(stranger);
            }
            return new(end, null, unknowns);
        }
        return Failed(found, packet, phase, ends);
    }

    /// <summary>The answer is with the one who asked, and says it is from whom he asked.</summary>
    private static bool IsBack(WalkEnd end, TraceStack origin, TraceEnds ends, TraceFrame? answers)
    {
        if (origin is TraceStack.Outside outside)
        {
            return end.Kind == WalkEndKind.Left && end.Frame.Cargo is null && end.Frame.To.Equals(outside.Address)
                && end.Frame.From.Equals(ends.AskedAddress);
        }
        return end.Kind == WalkEndKind.Arrived && !end.Frame.IsNeighbourAnswer && !end.Frame.IsNeighbourQuestion
            && IsSame(end.Stack, origin) && end.Frame.From.Equals(ends.AskedAddress) && answers is not null;
    }

    private static bool IsSame(TraceStack? one, TraceStack other) => (one, other) switch
    {
        (TraceStack.Guest a, TraceStack.Guest b) => ReferenceEquals(a, b),
        (TraceStack.Space a, TraceStack.Space b) => ReferenceEquals(a.Facts, b.Facts),
        _ => false,
    };

    /// <summary>No copy arrived: the end that tells most.</summary>
    private Leg Failed(List<WalkEnd> found, TraceFrame packet, TracePhase phase, TraceEnds ends, AskedParty? asked = null)
    {
        var best = found.Where(e => e.Drop is not null).OrderByDescending(e => Weight(e, packet, ends, asked)).ThenByDescending(e => e.Trail?.Depth ?? 0).FirstOrDefault();
        var arrivedElsewhere = found.Find(e => e.Kind == WalkEndKind.Arrived);
        var drop = best?.Drop ?? new TraceDrop
        {
            Cause = TraceCause.Nobody,
            Node = arrivedElsewhere?.Trail?.Hop.Node ?? found.LastOrDefault()?.Trail?.Hop.Node,
            Place = arrivedElsewhere?.Trail?.Hop.Place ?? found.LastOrDefault()?.Trail?.Hop.Place ?? "?",
            What = arrivedElsewhere is not null ? $"the answer does not come back as one from {packet.From}"
                : "it leaves the nodes that were given, and nothing there is known to take it",
            Phase = phase,
        };
        var isAside = best is null || drop.Cause == TraceCause.Flow && (ends.LeadsAway(drop, asked?.NetworkType) || asked?.IsOfOthers(_fabric, drop) == true)
            || best is { Kind: WalkEndKind.Missed } && asked?.IsElsewhere(drop) == true;
        var wrong = asked?.WrongVlan() ?? ends.WrongVlan();
        if (wrong is null && isAside && Astray(found, phase) is { } astray)
        {
            (drop, best) = (astray.Drop, astray.End);
        }
        else if (wrong is null && isAside && asked is not null)
        {
            drop = asked.OwnerNode is null ? asked.NoWayOut(phase) ?? asked.Nobody(phase) : asked.Unreached(phase) ?? drop;
        }
        if (wrong is not null && (isAside || drop.Cause is TraceCause.Nobody or TraceCause.Vlan or TraceCause.Learned or TraceCause.Flow))
        {
            drop = wrong with { Phase = phase };
        }
        if (asked is null && drop.Cause is TraceCause.Flow or TraceCause.Nobody && RoutedAway(found, phase, ends) is { } away)
        {
            (drop, best) = (away.Drop, away.End);
        }
        var shown = best ?? arrivedElsewhere ?? found.LastOrDefault();
        _session.Legs.Add(new()
        {
            Phase = phase,
            Packet = packet.ToString(),
            Hops = shown?.Trail?.Hops ?? [],
            Drop = drop,
            OtherCopies = Math.Max(0, found.Count - 1),
        });
        var doubts = Doubts(found, best, ends, asked?.OwnerNode ?? ends.ReceiverNode);
        if (best?.Complains is { } router && phase == TracePhase.Forward && asked is null)
        {
            Complain(router, best.Frame, ends);
        }
        return new(null, drop, doubts);
    }

    /// <summary>
    /// Facts without which "dropped" is not sure: on the way of the copy that tells most, and where a copy's way is not known, unless the
    /// receiver is known to be somewhere else.
    /// </summary>
    private List<string> Doubts(List<WalkEnd> found, WalkEnd? best, TraceEnds ends, string? receiver)
    {
        var doubts = new List<string>();
        if (best is not null)
        {
            doubts.AddRange(best.Trail?.AllUnknowns ?? []);
        }
        foreach (var end in found)
        {
            if (end.Kind == WalkEndKind.Unknown && end.Missing is { } missing
                && (receiver is null || end.Trail is null || end.Trail.Hops.Any(h => h.Node == receiver) || IsFirst(end, ends)))
            {
                doubts.Add(missing);
            }
            else if (end.Kind == WalkEndKind.Left && end.Frame.Cargo is { } && receiver is null
                && _fabric.OwnerOf(end.Frame.To) is null)
            {
                doubts.Add($"the node that has {end.Frame.To}, where a tunnel leads");
            }
        }
        return [.. doubts.Distinct()];
    }

    /// <summary>It became unknown on the sender's own node, before it could branch off.</summary>
    private static bool IsFirst(WalkEnd end, TraceEnds ends) => end.Trail!.Hops.All(h => h.Node == ends.SenderNode);

    /// <summary>A copy that came near its receiver tells more than one that a flood took elsewhere.</summary>
    private int Weight(WalkEnd end, TraceFrame packet, TraceEnds ends, AskedParty? asked)
    {
        var drop = end.Drop!;
        var weight = end.Kind == WalkEndKind.Dropped ? 10 : 0;
        if (asked is not null && (asked.Has(drop.Node, drop.Place) || end.Trail?.Hops.Any(h => asked.Has(h.Node, h.Place)) == true))
        {
            weight += 40;
        }
        else if (asked is null && ends.ReceiverPlaces.Count > 0 && (end.Trail?.Hops.Any(h => h.Node == ends.ReceiverNode && ends.ReceiverPlaces.Contains(h.Place)) == true
            || drop.Node == ends.ReceiverNode && ends.ReceiverPlaces.Contains(drop.Place)))
        {
            weight += 40;
        }
        if (end.Frame is { Cargo: null, Arp: 0 } && !end.Frame.To.Equals(packet.To))
        {
            weight += 50;   // a router has translated it: copies that a flood took elsewhere before that tell nothing
        }
        if (IsBystanders(end, ends, asked))
        {
            weight -= 15;
        }
        else if (drop.Cause == TraceCause.Rule
            && _fabric.Guests.All.Any(g => g.Nics.Any(n => n.Node.Name == drop.Node && n.Mac == end.Frame.Destination)))
        {
            weight += 10;   // rules on the node of the VM that it is for
        }
        weight += drop.Cause switch
        {
            TraceCause.Rule or TraceCause.Mtu or TraceCause.Link or TraceCause.Tunnel or TraceCause.Route or TraceCause.Patch
                or TraceCause.Resolution or TraceCause.Service => 8,
            TraceCause.Flow => ends.LeadsAway(drop, asked?.NetworkType) || asked?.IsOfOthers(_fabric, drop) == true ? 1 : 6,
            TraceCause.Vlan or TraceCause.Learned => 4,
            _ => 0,
        };
        // a drop on a way that only a flood's copy takes is not why
        var isOnWay = drop.Node is null || (asked is null ? drop.Node == ends.SenderNode || drop.Node == ends.ReceiverNode
            : drop.Node == asked.AskerNode || drop.Node == asked.OwnerNode);
        return weight + (isOnWay ? 5 : 0);
    }

    /// <summary>It ended at another VM's own devices, where only a flood brought it.</summary>
    private bool IsBystanders(WalkEnd end, TraceEnds ends, AskedParty? asked)
    {
        const int Last = 3;
        foreach (var place in (end.Trail?.Hops ?? []).TakeLast(Last).Where(h => h.Node == end.Drop!.Node).Select(h => h.Place).Append(end.Drop!.Place))
        {
            if (DeviceNames.PortIdPrefix(place) is { } id && !ends.ReceiverPlaces.Contains(place) && asked?.Has(end.Drop!.Node, place) != true
                && ends.OriginNic?.Vif.PortId?.StartsWith(id, StringComparison.Ordinal) != true
                && _fabric.Guests.All.Any(g => g.Nics.Any(n => n.Node.Name == end.Drop.Node && n.Mac != end.Frame.Destination && n.Vif.PortId?.StartsWith(id, StringComparison.Ordinal) == true)))
            {
                return true;
            }
        }
        return false;
    }

    private Leg Lost(TraceSpace space, string place, string what, TraceFrame packet, TracePhase phase)
    {
        var drop = new TraceDrop { Cause = TraceCause.Route, Node = space.Node.Name, Namespace = space.Name, Place = place, What = what, Phase = phase };
        _session.Legs.Add(new() { Phase = phase, Packet = packet.ToString(), Hops = [], Drop = drop });
        return new(null, drop, []);
    }

    private static Leg Unresolved(Resolution resolution) => new(null, resolution.Drop, resolution.Unknowns);
}
