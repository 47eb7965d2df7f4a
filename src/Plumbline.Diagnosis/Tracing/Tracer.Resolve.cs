using System.Net;
using System.Net.Sockets;
using Plumbline.Linux.Netlink;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Tracing;

public sealed partial class Tracer
{
    /// <summary>What stands for the MAC of a host that nobody was told of.</summary>
    private static readonly MacAddress _somebody = new(0x0200_0000_0001);

    Resolution IResolver.Resolve(TraceSpace space, Link device, IPAddress nextHop) =>
        ResolveFrom(new TraceStack.Space(space), null, device, nextHop, null);

    /// <summary>ARP or neighbour discovery as it would really happen: the question to everybody, the answer back.</summary>
    private Resolution ResolveFrom(TraceStack stack, GuestNic? nic, Link? device, IPAddress target, IPAddress? source)
    {
        var key = (KeyOf(stack, nic, device), target.ToString());
        if (_session.Resolved.TryGetValue(key, out var known))
        {
            return known;
        }
        if (stack is TraceStack.Space { Facts: var space } && device is not null && Recorded(space, device, target, PermanentNeighbour) is { } fixedMac)
        {
            return _session.Resolved[key] = NeverSeen(space, device, target, fixedMac) is { } wrong ? new(null, wrong, [], "no answer")
                : new(fixedMac, null, [], $"permanent neighbour entry of {device.Name}");
        }
        var phase = _session.Phase;
        _session.Phase = TracePhase.Resolution;
        var found = Discover(stack, nic, device, target, source);
        _session.Phase = phase;
        return _session.Resolved[key] = found;
    }

    /// <summary>
    /// An address outside that was written down for ever, while the switch saw others on that wire and never this one: nobody takes what is sent there.
    /// </summary>
    private TraceDrop? NeverSeen(TraceSpace space, Link device, IPAddress target, MacAddress mac)
    {
        if (_fabric.IsKnown(target) || space.Node.Port(device.Name) is not { Port.Tag: { } vlan } port
            || space.Node.Snapshot.Switching?.Bridges.FirstOrDefault(b => b.Bridge == port.Bridge.Name)?.Fdb is not { } learned)
        {
            return null;
        }
        var there = learned.Where(e => e.Vlan == vlan && e.Address != device.Address).ToList();
        return there.Count == 0 || there.Exists(e => e.Address == mac) ? null : new()
        {
            Cause = TraceCause.Resolution,
            Node = space.Node.Name,
            Namespace = space.Name,
            Place = device.Name,
            What = $"{device.Name} has {mac} as the address of {target} for ever, and {port.Bridge.Name} never saw it there",
            Evidence = [$"permanent neighbour entry in {space.Name}", $"learned in VLAN {vlan}: {string.Join(", ", there.Select(e => e.Address))}"],
            Phase = TracePhase.Resolution,
        };
    }

    private Resolution Discover(TraceStack stack, GuestNic? nic, Link? device, IPAddress target, IPAddress? source)
    {
        var question = Question(stack, nic, device, target, source);
        var copies = SendBy(stack, nic, device, question);
        // somebody else may answer for it (ARP responder of br-tun)
        foreach (var end in copies)
        {
            if (IsAnswer(end, stack, question) && end.Frame.ToldMac is { } told)
            {
                Tell(question, end, copies.Count);
                return new(told, null, [], "answered by Open vSwitch");
            }
        }
        List<WalkEnd>? lost = null;
        TraceFrame? lostAnswer = null;
        foreach (var end in InOrder([.. copies.Where(e => e.Kind == WalkEndKind.Arrived && e.Frame.IsNeighbourQuestion)]))
        {
            var answer = Answer(end);
            Tell(question, end, copies.Count);
            // a permanent entry stays as it is, whoever asks
            if (end is not { Stack: TraceStack.Space { Facts: var asked }, Device: { } at } || Recorded(asked, at, question.From, PermanentNeighbour) is null)
            {
                _session.Resolved.TryAdd((KeyOf(end.Stack!, end.Nic, end.Device), question.From.ToString()),
                    new(question.Source, null, [], "told by the question"));
            }
            var back = SendBy(end.Stack!, end.Nic, end.Device, answer);
            var returned = back.Find(e => IsAnswer(e, stack, question));
            if (returned is not null)
            {
                Tell(answer, returned, back.Count);
                return new(returned.Frame.ToldMac, null, [], $"answered by {end.Stack!.Name}");
            }
            (lost, lostAnswer) = (back, answer);
        }
        if (lost is not null)
        {
            var leg = Failed(lost, lostAnswer!, TracePhase.Resolution, _ends!, AskedParty.Of(_fabric, stack, nic, device?.Name, target));
            return new(null, leg.Drop! with { What = $"the answer of {target} does not come back: {leg.Drop.What}" }, leg.Unknowns, "no answer");
        }
        var party = AskedParty.Of(_fabric, stack, nic, device?.Name, target);
        return Beyond(stack, device, target, copies) ?? Remembered(stack, nic, device, question, party) ?? Unanswered(question, copies, target, party);

        // of two that would answer, the one that is meant was known first, and is asked directly from then on
        IEnumerable<WalkEnd> InOrder(List<WalkEnd> askedOnes) => askedOnes.Count < 2 || _isCold || AskedParty.Of(_fabric, stack, nic, device?.Name, target).OwnerMac is not { } mac
            ? askedOnes : askedOnes.OrderBy(e => (e.Nic?.Mac ?? e.Device?.Address) == mac ? 0 : 1);
    }

    /// <summary>
    /// The question to everybody gets nowhere, but one to the MAC itself does and is answered: that is how a neighbour that was known before the
    /// flood broke is asked again and again, and stays known for as long as the switches have learned it.
    /// </summary>
    private Resolution? Remembered(TraceStack stack, GuestNic? nic, Link? device, TraceFrame question, AskedParty asked)
    {
        if (_isCold || stack is TraceStack.Outside || asked.OwnerMac is not { } mac)
        {
            return null;
        }
        var direct = question with { Destination = mac, To = question.NdTarget ?? question.To };
        foreach (var end in SendBy(stack, nic, device, direct))
        {
            if (end.Kind != WalkEndKind.Arrived || !end.Frame.IsNeighbourQuestion || end.Stack is null)
            {
                continue;
            }
            var answer = Answer(end);
            var back = SendBy(end.Stack, end.Nic, end.Device, answer);
            if (back.Find(e => IsAnswer(e, stack, direct)) is { Frame.ToldMac: { } told } returned)
            {
                Tell(direct, end, 1);
                Tell(answer, returned, back.Count);
                var word = question.Arp != 0 ? "ARP request" : "neighbour solicitation";
                _session.Note($"{stack.Name} has to know the MAC of {question.NdTarget ?? question.To} already: an {word} to everybody does not get there (see --cold)");
                return new(told, null, [], $"answered by {end.Stack.Name}, asked directly");
            }
        }
        return null;
    }

    /// <summary>Nobody who was told of has the address, and the question left by a wire: somebody there may have it.</summary>
    private Resolution? Beyond(TraceStack stack, Link? device, IPAddress target, List<WalkEnd> copies)
    {
        if (_fabric.IsKnown(target) || !copies.Exists(e => e.Kind == WalkEndKind.Left && e.Frame.Cargo is null))
        {
            return null;
        }
        if (stack is TraceStack.Space { Facts: var space } && device is not null)
        {
            if (TraceEnds.WrongVlan(space.Node, device.Name) is { } wrong)
            {
                return new(null, wrong with { Phase = TracePhase.Resolution }, [], "no answer");    // it left into another network
            }
            var entry = space.Facts.Neighbours.FirstOrDefault(n => n.IfIndex == device.IfIndex && n.Address.Equals(target));
            if (entry is { LinkAddress: { } mac } && (entry.State & FailedNeighbour) == 0)
            {
                return new(mac, null, [], $"neighbour entry of {device.Name}");
            }
            if (entry is { State: var state } && (state & FailedNeighbour) != 0)
            {
                if (space.Facts.Routes.Any(r => r.IfIndex == device.IfIndex && target.Equals(r.Gateway)))
                {
                    return new(null, new()
                    {
                        Cause = TraceCause.Resolution,
                        Node = space.Node.Name,
                        Namespace = space.Name,
                        Place = space.Name,
                        Phase = TracePhase.Resolution,
                        What = $"{space.Name} routes by {target}, and nobody answered when it last asked for it",
                        Evidence = [$"ip neigh in {space.Name}: {target} dev {device.Name} FAILED"],
                    }, [], "no answer");
                }
                _session.Note($"{space.Name}: the neighbour entry of {target} says FAILED");
            }
            if (IsNobodysGateway(space, device, target) is { } why)
            {
                var drop = new TraceDrop { Cause = TraceCause.Resolution, Node = space.Node.Name, Namespace = space.Name, Place = space.Name, What = why, Phase = TracePhase.Resolution };
                return new(null, drop, [], "no answer");
            }
        }
        _session.Assume($"{target}, which is on no node that was given, answers {(target.AddressFamily == AddressFamily.InterNetwork ? "ARP" : "neighbour discovery")}");
        return new(_somebody, null, [], "beyond the nodes that were given");
    }

    /// <summary>A next hop in one of Neutron's subnets that is neither its gateway nor any port's address.</summary>
    private string? IsNobodysGateway(TraceSpace space, Link device, IPAddress target)
    {
        if (_fabric.Cloud is not { Subnets: { } subnets, Ports: { } ports } || space.Node.Port(device.Name)?.Port.OtherConfig.GetValueOrDefault("net_uuid") is not { } network
            || !space.Facts.Routes.Any(r => target.Equals(r.Gateway)))
        {
            return null;
        }
        var subnet = subnets.FirstOrDefault(s => s.NetworkId == network && s.Prefix.Contains(target));
        return subnet?.Gateway is { } gateway && !gateway.Equals(target) && !ports.Values.Any(p => p.NetworkId == network && p.FixedAddresses.Contains(target))
            ? $"{space.Name} routes by {target}, and nobody is known to have that address: the gateway of {subnet.Prefix} is {gateway}" : null;
    }

    private Resolution Unanswered(TraceFrame question, List<WalkEnd> copies, IPAddress target, AskedParty asked)
    {
        var leg = Failed(copies, question, TracePhase.Resolution, _ends!, asked);
        var word = question.Arp != 0 ? "ARP" : "neighbour discovery";
        var owner = _ends!.ReceiverName is { } name && _ends.ReceiverHas(target) ? $"{name} ({target})" : target.ToString();
        var drop = leg.Drop!;
        drop = drop.Cause is TraceCause.Nobody && !_ends.IsReceiverPlace(drop)
            ? drop with { Cause = TraceCause.Resolution, What = $"nobody answers {word} for {owner}: {drop.What}" }
            : drop with { What = $"{word} for {owner} does not get through: {drop.What}" };
        _session.Legs[^1] = _session.Legs[^1] with { Drop = drop };
        return new(null, drop, leg.Unknowns, "no answer");
    }

    private void Tell(TraceFrame frame, WalkEnd end, int copies) => _session.Legs.Add(new()
    {
        Phase = TracePhase.Resolution,
        Packet = frame.ToString(),
        Hops = end.Trail?.Hops ?? [],
        OtherCopies = copies - 1,
    });

    private List<WalkEnd> SendBy(TraceStack stack, GuestNic? nic, Link? device, TraceFrame frame)
    {
        var walker = new FrameWalker(_fabric, _session, this);
        return stack switch
        {
            TraceStack.Guest guest => walker.SendFromGuest(guest, nic!, frame),
            TraceStack.Space space => walker.SendFromSpace(space.Facts, device!, frame),
            _ => walker.SendFromOutside((TraceStack.Outside)stack, frame),
        };
    }

    private TraceFrame Question(TraceStack stack, GuestNic? nic, Link? device, IPAddress target, IPAddress? source)
    {
        var (mac, own) = stack switch
        {
            TraceStack.Guest => (_ends!.MacFor(nic!), source ?? nic!.Addresses.FirstOrDefault(a => TraceFabric.SameFamily(a.Address, target)).Address),
            TraceStack.Space space => (device!.Address ?? default, SourceFor(space.Facts, device, target)),
            TraceStack.Outside outside => (outside.Mac, outside.Address),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        own ??= target.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : Neutron.LinkLocalAddress.Of(mac);
        if (target.AddressFamily == AddressFamily.InterNetwork)
        {
            return new()
            {
                Source = mac,
                Destination = MacAddress.Broadcast,
                Arp = TraceFrame.ArpRequest,
                From = own,
                To = target,
                ToldMac = mac,
                Size = 28,
            };
        }
        var group = TraceFabric.SolicitedNode(target);
        return new()
        {
            Source = mac,
            Destination = TraceFabric.GroupMac(group),
            From = own,
            To = group,
            Protocol = 58,
            IcmpType = TraceFrame.NeighbourSolicitation,
            NdTarget = target,
            ToldMac = mac,
            HopLimit = 255,
            Size = 72,
        };
    }

    private TraceFrame Answer(WalkEnd asked)
    {
        var mac = ReferenceEquals(asked.Nic, _session.Pretender) && _session.FalseMac is { } other
            && (_session.FalseAddress ?? asked.Frame.Asked).Equals(asked.Frame.Asked) ? other
            : asked.Nic?.Mac ?? asked.Device?.Address ?? default;
        var question = asked.Frame;
        return question.Arp != 0
            ? question with
            {
                Source = mac,
                Destination = question.Source,
                Arp = TraceFrame.ArpReply,
                From = question.To,
                To = question.From,
                ToldMac = mac,
                Vlan = null,
                Mark = 0,
            }
            : question with
            {
                Source = mac,
                Destination = question.Source,
                From = question.NdTarget!,
                To = question.From,
                IcmpType = TraceFrame.NeighbourAdvertisement,
                ToldMac = mac,
                Vlan = null,
                Mark = 0,
                HopLimit = 255,
            };
    }

    /// <summary>An address of the device in the target's subnet, else its first of that family.</summary>
    private static IPAddress? SourceFor(TraceSpace space, Link device, IPAddress target)
    {
        var own = space.AddressesOf(device).Where(a => TraceFabric.SameFamily(a.Address, target)).ToList();
        return own.Find(a => new IPNetwork(TraceSpace.Masked(a.Address, a.PrefixLength), a.PrefixLength).Contains(target))?.Address
            ?? own.FirstOrDefault()?.Address;
    }

    private static bool IsAnswer(WalkEnd end, TraceStack stack, TraceFrame question)
    {
        if (!end.Frame.IsNeighbourAnswer || !end.Frame.Asked.Equals(question.Asked))
        {
            return false;
        }
        return stack is TraceStack.Outside ? end.Kind == WalkEndKind.Left && end.Frame.Cargo is null && end.Frame.Destination == question.Source
            : end.Kind == WalkEndKind.Arrived && IsSame(end.Stack, stack);
    }

    private static MacAddress? Recorded(TraceSpace space, Link device, IPAddress target, int state) =>
        space.Facts.Neighbours.FirstOrDefault(n => n.IfIndex == device.IfIndex && n.Address.Equals(target) && (n.State & state) != 0)?.LinkAddress;

    private static string KeyOf(TraceStack stack, GuestNic? nic, Link? device) => stack switch
    {
        TraceStack.Guest => $"guest {nic?.Node.Name}/{nic?.Vif.PortId ?? nic?.DeviceName}",
        TraceStack.Space space => $"{space.Facts.Node.Name}/{space.Facts.Name}/{device?.Name}",
        _ => "outside",
    };
}
