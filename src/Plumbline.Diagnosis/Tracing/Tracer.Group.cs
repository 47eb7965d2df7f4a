using System.Net;
using System.Net.Sockets;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Tracing;

public sealed partial class Tracer
{
    /// <summary>A packet to a group or to everybody: does one receiver get a copy?</summary>
    private TraceResult AskGroup(TraceQuestion question, TraceEnds ends, IPAddress group)
    {
        var frame = ends.Packet() with { To = group, Destination = GroupMacOf(group) };
        var walker = new FrameWalker(_fabric, _session, this);
        List<WalkEnd> found;
        switch (ends.Origin)
        {
            case TraceStack.Guest guest:
                var nic = ends.OriginNic ?? guest.Nics[0];
                found = walker.SendFromGuest(guest, nic, frame with { Source = ends.MacFor(nic) });
                break;
            case TraceStack.Space space:
                var device = RouteChoice.Find(space.Facts, ends.Destination, frame.From).Device;
                if (device is null)
                {
                    return Result(question, ends, frame, Lost(space.Facts, space.Name, $"{space.Name} has no route to {ends.Destination}", frame, TracePhase.Forward));
                }
                found = walker.SendFromSpace(space.Facts, device, frame with { Source = device.Address ?? default });
                break;
            default:
                var outside = (TraceStack.Outside)ends.Origin;
                found = walker.SendFromOutside(outside, frame with { Source = outside.Mac });
                break;
        }
        var hit = ends.Receiver is { } receiver ? found.Find(e => e.Kind == WalkEndKind.Arrived && IsSame(e.Stack, receiver)) : null;
        if (hit is null)
        {
            return Result(question, ends, frame, Failed(found, frame, TracePhase.Forward, ends));
        }
        _session.Legs.Add(new() { Phase = TracePhase.Forward, Packet = frame.ToString(), Hops = hit.Trail?.Hops ?? [], OtherCopies = found.Count - 1 });
        if (group.IsIPv6Multicast || group.AddressFamily == AddressFamily.InterNetwork && group.GetAddressBytes()[0] is >= 224 and <= 239)
        {
            _session.Assume($"{hit.Stack!.Name} has joined {group}");
        }
        return Result(question, ends, frame, new(hit, null, [.. hit.Trail?.AllUnknowns.Distinct() ?? []]));
    }

    /// <summary>RFC 1112 §6.4 and RFC 2464 §7; any other address of IPv4 is a broadcast.</summary>
    private static MacAddress GroupMacOf(IPAddress group)
    {
        var octets = group.GetAddressBytes();
        return octets.Length == 16 ? TraceFabric.GroupMac(group)
            : octets[0] is >= 224 and <= 239 ? new(0x0100_5e00_0000UL | (ulong)(octets[1] & 0x7f) << 16 | (ulong)octets[2] << 8 | octets[3])
            : MacAddress.Broadcast;
    }
}
