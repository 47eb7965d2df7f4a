using System.Net;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Tracing;

public sealed partial class Tracer
{
    private const byte Udp = 17;
    private const ushort ServerPort = 67;
    private const ushort ClientPort = 68;

    /// <summary>DHCPDISCOVER to everybody, and the offer back.</summary>
    private TraceResult AskDhcp(TraceQuestion question, TraceEnds ends)
    {
        if (ends.Origin is not TraceStack.Guest guest)
        {
            throw new DiagnosisException(new Problem("only a VM asks for DHCP", question.From, "name a VM"));
        }
        var nic = ends.OriginNic ?? guest.Nics[0];
        var discover = new TraceFrame
        {
            Source = ends.MacFor(nic),
            Destination = MacAddress.Broadcast,
            From = IPAddress.Any,
            To = IPAddress.Broadcast,
            Protocol = Udp,
            SourcePort = ClientPort,
            DestinationPort = ServerPort,
            Size = 328,
        };
        _session.Phase = TracePhase.Forward;
        var copies = new FrameWalker(_fabric, _session, this).SendFromGuest(guest, nic, discover);
        var served = copies.Where(e => e.Kind == WalkEndKind.Arrived && e.Stack is TraceStack.Space { Facts.IsOwn: false }).ToList();
        if (NotServed(served, nic) is { } server)
        {
            return Result(question, ends, discover, Failed(copies, discover, TracePhase.Forward, ends, server));
        }
        if (served.Count == 0)
        {
            return Result(question, ends, discover, Failed(copies, discover, TracePhase.Forward, ends));
        }
        // a broadcast comes to routers as well, which serve nobody where the network has a DHCP namespace
        if (served.Exists(e => Neutron.DeviceNames.DhcpNetworkId(((TraceStack.Space)e.Stack!).Facts.Name) is not null))
        {
            served.RemoveAll(e => Neutron.DeviceNames.DhcpNetworkId(((TraceStack.Space)e.Stack!).Facts.Name) is null);
        }
        Leg? last = null;
        foreach (var end in served)
        {
            _session.Legs.Add(new() { Phase = TracePhase.Forward, Packet = discover.ToString(), Hops = end.Trail?.Hops ?? [], OtherCopies = copies.Count - 1 });
            last = Serve(end, guest, nic, ends);
            if (last.Arrived is not null)
            {
                break;
            }
        }
        return Result(question, ends, discover, last!);
    }

    /// <summary>The DHCP server of the VM's network, where no copy came to it: what came to others tells nothing.</summary>
    private AskedParty? NotServed(List<WalkEnd> served, GuestNic nic)
    {
        if (nic.NetworkId is not { } network || served.Exists(e => ((TraceStack.Space)e.Stack!).Facts.Name == Neutron.DeviceNames.DhcpNamespace(network)))
        {
            return null;
        }
        foreach (var space in _fabric.Nodes.SelectMany(n => n.Spaces).Where(s => s.Name == Neutron.DeviceNames.DhcpNamespace(network)))
        {
            foreach (var address in space.Facts.Addresses.Select(a => a.Address))
            {
                if (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && !IPAddress.IsLoopback(address) && !TraceFabric.IsLinkLocal(address))
                {
                    return AskedParty.Of(_fabric, _ends!.Origin, nic, null, address);
                }
            }
        }
        return null;
    }

    private Leg Serve(WalkEnd end, TraceStack.Guest guest, GuestNic nic, TraceEnds ends)
    {
        var space = ((TraceStack.Space)end.Stack!).Facts;
        var unknowns = end.Trail?.AllUnknowns.ToList() ?? [];
        if (MissingListener(space, end) is { } nobody)
        {
            return Unserved(nobody with { What = "no DHCP server listens: dnsmasq does not run" });
        }
        var network = Neutron.DeviceNames.DhcpNetworkId(space.Name);
        var files = _fabric.Guests.Dhcp;
        if (network is not null && files.Knows(network) && files.NetworkOf(ends.MacFor(nic)) != network)
        {
            return Unserved(new()
            {
                Cause = TraceCause.Service,
                Node = space.Node.Name,
                Namespace = space.Name,
                Place = space.Name,
                What = $"dnsmasq does not know {ends.MacFor(nic)} (its host file has no such line), and does not answer",
                Phase = TracePhase.Forward,
            });
        }
        var offered = files.AddressesOf(ends.MacFor(nic)).FirstOrDefault(a => a.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork)
            ?? nic.Addresses.Select(a => a.Address).FirstOrDefault(a => a.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork);
        var device = end.Device!;
        var own = space.AddressesOf(device).Select(a => a.Address).FirstOrDefault(a => a.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
            && !TraceFabric.IsLinkLocal(a));
        if (own is null)
        {
            return Unserved(new()
            {
                Cause = TraceCause.Service,
                Node = space.Node.Name,
                Namespace = space.Name,
                Place = device.Name,
                What = $"{device.Name} has no address to answer from",
                Phase = TracePhase.Return,
            });
        }
        var offer = new TraceFrame
        {
            Source = device.Address ?? default,
            Destination = ends.MacFor(nic),
            From = own,
            To = offered ?? IPAddress.Broadcast,
            Protocol = Udp,
            SourcePort = ServerPort,
            DestinationPort = ClientPort,
            Size = 364,
        };
        _session.Phase = TracePhase.Return;
        var back = new FrameWalker(_fabric, _session, this).SendFromSpace(space, device, offer);
        var taken = back.Find(e => e.Kind == WalkEndKind.Arrived && ReferenceEquals(e.Stack, guest));
        if (taken is null)
        {
            return Failed(back, offer, TracePhase.Return, ends);
        }
        _session.Legs.Add(new() { Phase = TracePhase.Return, Packet = offer.ToString(), Hops = taken.Trail?.Hops ?? [], OtherCopies = back.Count - 1 });
        return new(taken, null, [.. unknowns, .. taken.Trail?.AllUnknowns ?? []]);

        Leg Unserved(TraceDrop drop)
        {
            _session.Legs[^1] = _session.Legs[^1] with { Drop = drop };
            return new(null, drop, unknowns);
        }
    }
}
