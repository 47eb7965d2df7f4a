using System.Globalization;
using Plumbline.Iptables.Simulation;
using Plumbline.Linux.Netlink;

namespace Plumbline.Diagnosis.Tracing;

internal sealed partial class FrameWalker
{
    /// <summary>An IP packet in a namespace: rules, translation, for itself or on to somebody else.</summary>
    private void RouteIn(TraceSpace space, Link device, TraceFrame frame, Trail? trail, Link? bridgePort)
    {
        var name = space.IsOwn ? space.Node.Name : space.Name;
        if (frame.Cargo is not null && space.IsLocal(frame.To))
        {
            Decapsulate(space, device, frame, trail);
            return;
        }
        if ((space.IsLocal(frame.To) || space.Rules(frame.Family)?.UsesConntrack == true) && session.WaitsAt(RuleHook.PlaceOf(space), frame) is { } waits)
        {
            Drop(TraceCause.Rule, space, device.Name, waits, frame, trail);
            return;
        }
        var flow = new NatFlow(session, space, frame);
        var entry = new HookPoint(Hook.Prerouting, device.Name, null) { HasBridge = bridgePort is not null, PhysicalIn = bridgePort?.Name };
        var first = flow.Ask(entry);
        if (Ends(space, device, flow, first, trail))
        {
            return;
        }
        flow.TranslateDestination(first, device);
        if (Ends(space, device, flow, flow.AskRest(entry), trail))
        {
            return;
        }
        var isLocal = IsGroup(flow.Frame.To) || space.IsLocal(flow.Frame.To) || IsDirectedBroadcast(space, flow.Frame.To);
        if (!isLocal)
        {
            Forward(space, device, flow, trail);
            return;
        }
        var last = flow.Ask(new HookPoint(Hook.Input, device.Name, null) { HasBridge = bridgePort is not null, PhysicalIn = bridgePort?.Name });
        if (Ends(space, device, flow, last, trail))
        {
            return;
        }
        flow.Finish(last);
        var what = $"for {flow.Frame.To}{flow.Words}";
        _ends.Add(new(WalkEndKind.Arrived, Step(trail, HopKind.Host, space, name, $"in by {device.Name}; {what}", flow.Evidence, flow.Unknowns, flow.Counters), flow.Frame)
        {
            Stack = new TraceStack.Space(space),
            Device = device,
        });
    }

    private void Forward(TraceSpace space, Link device, NatFlow flow, Trail? trail)
    {
        var name = space.IsOwn ? space.Node.Name : space.Name;
        if (!Forwards(space, device, flow.Frame.IsIPv6))
        {
            Drop(space.IsOwn || space.Name.StartsWith("qdhcp-", StringComparison.Ordinal) ? TraceCause.Nobody : TraceCause.Route, space, name,
                $"{name} does not have {flow.Frame.To} and does not forward ({(flow.Frame.IsIPv6 ? "net.ipv6.conf.all.forwarding" : "net.ipv4.ip_forward")} is 0)",
                flow.Frame, trail);
            return;
        }
        var choice = RouteChoice.Find(space, flow.Frame.To, flow.Frame.From, device, flow.Frame.Mark);
        if (choice.Route is null && space.Facts.Routes.Count == 0)
        {
            Missing($"the routes of {name} on {space.Node.Name} (ip route)", flow.Frame, trail);
            return;
        }
        if (choice.Route is null || choice.Refuses || choice.Device is null)
        {
            Drop(TraceCause.Route, space, name, choice.Route is null ? $"{name} has no route to {flow.Frame.To}" : $"{name}: {choice}", flow.Frame, trail,
                [.. space.Facts.Routes.Where(r => r.Table is 254 or 0 && r.Destination.AddressFamily == flow.Frame.To.AddressFamily).Take(10)
                    .Select(r => new RouteChoice(r, r.IfIndex is { } i ? space.Link(i) : null, r.Gateway ?? r.Destination).ToString())]);
            return;
        }
        if (ReverseFilter(space, device, flow.Frame) is { } refused)
        {
            Drop(TraceCause.Route, space, device.Name, refused, flow.Frame, trail);
            return;
        }
        // ip_forward() looks at the size before the rules do
        if (choice.Device.Mtu is { } room && flow.Frame.Size > room && !flow.Frame.MayBeCut)
        {
            Drop(TraceCause.Mtu, space, choice.Device.Name, string.Create(CultureInfo.InvariantCulture,
                $"{name}: {choice.Device.Name} takes {room} bytes, the packet has {flow.Frame.Size}"), flow.Frame, trail);
            _ends[^1] = _ends[^1] with { Complains = space };
            flow.Finish(RuleHook.Passed);
            return;
        }
        var middle = flow.Ask(new HookPoint(Hook.Forward, device.Name, choice.Device.Name) { LowersHopLimit = true });
        if (Ends(space, device, flow, middle, trail))
        {
            return;
        }
        flow.Frame = flow.Frame with { HopLimit = (byte)(flow.Frame.HopLimit - 1) };
        if (choice.Device.Mtu is { } mtu && flow.Frame.Size > mtu && flow.Frame.MayBeCut)
        {
            flow.Frame = flow.Frame.Cut(mtu);
        }
        var exit = new HookPoint(Hook.Postrouting, null, choice.Device.Name);
        var last = flow.Ask(exit);
        if (Ends(space, device, flow, last, trail))
        {
            return;
        }
        flow.TranslateSource(last, choice.Device);
        if (Ends(space, device, flow, flow.AskRest(exit), trail))
        {
            return;
        }
        flow.Finish(last);
        var routed = Step(trail, HopKind.Router, space, name, $"in by {device.Name}; {choice}{flow.Words}", [.. flow.Evidence, $"route: {choice}"], flow.Unknowns, flow.Counters);
        var found = resolver.Resolve(space, choice.Device, choice.NextHop);
        if (found.Mac is not { } mac)
        {
            _ends.Add(found.Drop is { } drop
                ? new(WalkEndKind.Dropped, routed, flow.Frame) { Drop = drop }
                : new(WalkEndKind.Unknown, routed, flow.Frame) { Missing = found.Unknowns.Count > 0 ? found.Unknowns[0] : $"who has {choice.NextHop}" });
            return;
        }
        DeviceOut(space, choice.Device, flow.Frame with { Source = choice.Device.Address ?? default, Destination = mac, Mark = 0 }, routed, isBridged: false);
    }

    /// <summary>What a namespace itself sends meets OUTPUT and POSTROUTING; null where that was its end.</summary>
    private TraceFrame? Outgoing(TraceSpace space, Link device, TraceFrame frame, ref Trail trail)
    {
        var flow = new NatFlow(session, space, frame);
        var start = new HookPoint(Hook.Output, null, device.Name);
        var first = flow.Ask(start);
        if (Ends(space, device, flow, first, trail))
        {
            return null;
        }
        flow.TranslateDestination(first, device);
        if (Ends(space, device, flow, flow.AskRest(start), trail))
        {
            return null;
        }
        if (device.Mtu is { } most && flow.Frame.Size > most && flow.Frame.MayBeCut)
        {
            flow.Frame = flow.Frame.Cut(most);
        }
        if (device.Mtu is { } mtu && flow.Frame.Size > mtu)
        {
            Drop(TraceCause.Mtu, space, device.Name, string.Create(CultureInfo.InvariantCulture,
                $"{device.Name} takes {mtu} bytes, the packet has {flow.Frame.Size}"), frame, trail);
            return null;
        }
        var exit = new HookPoint(Hook.Postrouting, null, device.Name);
        var last = flow.Ask(exit);
        if (Ends(space, device, flow, last, trail))
        {
            return null;
        }
        flow.TranslateSource(last, device);
        if (Ends(space, device, flow, flow.AskRest(exit), trail))
        {
            return null;
        }
        flow.Finish(last);
        if (flow.Words.Length > 0)
        {
            trail = Step(trail, HopKind.Host, space, space.IsOwn ? space.Node.Name : space.Name, flow.Words.TrimStart(';', ' '), flow.Evidence, flow.Unknowns, flow.Counters);
        }
        return flow.Frame with { Mark = 0 };
    }

    private bool Ends(TraceSpace space, Link device, NatFlow flow, RuleHook? hook, Trail? trail)
    {
        if (hook?.Outcome != Outcome.Dropped)
        {
            return false;
        }
        Drop(TraceCause.Rule, space, hook.Chain ?? device.Name, hook.Decider ?? "a rule", flow.Frame, trail, hook.Evidence,
            counters: flow.Counters);
        return true;
    }

    /// <summary>Routers of Neutron forward; of others that is only known where their sysctl is told.</summary>
    private bool Forwards(TraceSpace space, Link device, bool isIPv6)
    {
        var told = isIPv6 ? space.Sysctl("net.ipv6.conf.all.forwarding") : space.Sysctl("net.ipv4.ip_forward") ?? space.Sysctl("net.ipv4.conf.all.forwarding");
        var own = isIPv6 ? null : space.Sysctl($"net.ipv4.conf.{device.Name}.forwarding");
        if ((own ?? told) is { } value)
        {
            return value != "0";
        }
        var isRouter = space.Name.StartsWith("qrouter-", StringComparison.Ordinal) || space.Name.StartsWith("snat-", StringComparison.Ordinal)
            || space.Name.StartsWith("fip-", StringComparison.Ordinal);
        if (isRouter)
        {
            session.Assume($"{space.Name} forwards (its sysctls were not told)");
        }
        return isRouter;
    }

    /// <summary>rp_filter: 1 wants the way back to lead out by the same device, 2 wants some way back.</summary>
    private static string? ReverseFilter(TraceSpace space, Link device, TraceFrame frame)
    {
        if (frame.IsIPv6)
        {
            return null;
        }
        var mode = Math.Max(Number(space, "net.ipv4.conf.all.rp_filter"), Number(space, $"net.ipv4.conf.{device.Name}.rp_filter"));
        if (mode == 0)
        {
            return null;
        }
        var back = RouteChoice.Find(space, frame.From);
        return mode == 1 && back.Device?.IfIndex != device.IfIndex
            ? $"rp_filter of {device.Name} is 1, and the way back to {frame.From} leads out by {back.Device?.Name ?? "nothing"}"
            : mode == 2 && back.Route is null ? $"rp_filter of {device.Name} is 2, and there is no way back to {frame.From}" : null;
    }
}
