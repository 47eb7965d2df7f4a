using System.Globalization;
using Plumbline.Iptables.Simulation;
using Plumbline.Linux.Netlink;

namespace Plumbline.Diagnosis.Tracing;

internal sealed partial class FrameWalker
{
    private const int Permanent = 0x80;     // NUD_PERMANENT: an address of the bridge or port itself

    /// <summary>A Linux bridge passes a frame on; <paramref name="from"/> null: its own.</summary>
    private void BridgeForward(TraceSpace space, Link bridge, Link? from, TraceFrame frame, Trail? trail)
    {
        if (IsTooDeep(trail, frame))
        {
            return;
        }
        if (!IsAdminUp(bridge))
        {
            Drop(TraceCause.Link, space, bridge.Name, bridge.IfIndex < 0 ? $"bridge {bridge.Name} is not there" : $"bridge {bridge.Name} is set down", frame, trail);
            return;
        }
        if (from?.BridgePort?.State is { } state && state != BridgePortState.Forwarding)
        {
            Drop(TraceCause.Link, space, from.Name, $"{from.Name} is not forwarding in {bridge.Name} ({Word(state)})", frame, trail);
            return;
        }
        var vlans = BridgeVlans.Of(space, bridge);
        var vlan = 0;
        if (vlans is not null)
        {
            var (id, refusal) = vlans.Classify((from ?? bridge).Name, frame.Vlan);
            if (refusal is not null)
            {
                Drop(TraceCause.Vlan, space, (from ?? bridge).Name, refusal, frame, trail);
                return;
            }
            vlan = id;
        }
        var isGroup = frame.Destination.IsMulticast;
        var tracked = from is null ? null
            : RuleHook.BridgedState(space, PacketPath.Bridged(bridge.Name, from.Name, from.Name), frame, session);
        Iptables.Target? translation = null;
        if (from is not null && FrameHook.Into(space, bridge, from, frame, tracked) is var entered)
        {
            translation = entered.Translation;
            if (entered.Dropped is not null)
            {
                DropByFrameRule(space, bridge, entered, frame, trail);
                return;
            }
            trail = entered.Unknowns.Count == 0 ? trail
                : Step(trail, HopKind.LinuxBridge, space, bridge.Name, $"in by {from.Name}", entered.Passed, entered.Unknowns);
        }
        if (from is not null)
        {
            LearnAt(space, bridge, from, vlan, frame);
        }
        var isOwn = !isGroup && (bridge.Address == frame.Destination || space.Facts.Fdb.Any(e => e.Address == frame.Destination
            && (e.State & Permanent) != 0 && (e.IfIndex == bridge.IfIndex || e.MasterIndex == bridge.IfIndex)));
        if (from is not null && (isOwn || isGroup && space.AddressesOf(bridge).Any()))
        {
            UpFromBridge(space, bridge, from, vlans, vlan, frame, trail);
            if (isOwn)
            {
                return;
            }
        }
        var learned = isGroup ? null : LearnedAt(space, bridge, vlan, frame);
        if (learned is not null && learned.IfIndex == from?.IfIndex && from.BridgePort?.Hairpin != true)
        {
            Drop(TraceCause.Learned, space, bridge.Name, $"{bridge.Name} has learned {frame.Destination} at {from.Name}, where it came in", frame, trail);
            return;
        }
        List<Link> ports = [];
        (TraceCause Cause, string Why)? refused = null;
        foreach (var port in learned is not null ? [learned] : space.MembersOf(bridge))
        {
            if (port.IfIndex == from?.IfIndex && from.BridgePort?.Hairpin != true)
            {
                continue; // where it came from
            }
            if (WhyNotTo(bridge, from, port, vlans, vlan, isGroup, learned is not null) is not var (cause, why))
            {
                ports.Add(port);
            }
            else
            {
                refused = (cause, why);
                if (learned is null && fabric.Guests.ByDevice(space.Node, port.Name) is not null)
                {
                    // a copy that a VM does not get, while others may
                    Drop(cause, space, port.Name, why, frame, trail, kind: WalkEndKind.Missed);
                }
            }
        }
        if (ports.Count == 0)
        {
            var (cause, why) = refused ?? (TraceCause.Link, $"{bridge.Name} has no other port");
            Drop(cause, space, bridge.Name, why, frame, trail);
            return;
        }
        foreach (var port in ports)
        {
            var sent = vlans is null ? frame : frame with { Vlan = vlans.IsUntagged(port.Name, vlan) ? null : vlan };
            if (port.BridgePort is not null && !(IsAdminUp(port) && HasCarrier(port)))
            {
                DeviceOut(space, port, sent, trail, isBridged: true);     // br_should_deliver(): no rule is asked for a port that is disabled
                continue;
            }
            var rules = FrameHook.Out(space, bridge, from, port, sent, tracked);
            if (rules.Dropped is not null)
            {
                DropByFrameRule(space, bridge, rules, frame, trail);
                continue;
            }
            var path = from is null ? PacketPath.FromHost(bridge.Name) : PacketPath.Bridged(bridge.Name, from.Name, port.Name);
            var hook = from is null || sent.Vlan is not null || IsForAnother(space, port, frame)
                ? RuleHook.Passed : RuleHook.AskBridged(space, bridge, path, frame, session, translation ?? rules.Translation);
            var how = learned is not null ? $"learned at {port.Name}" : ports.Count > 1 ? $"flooded, to {port.Name} too" : $"to {port.Name}";
            how = vlan == 0 ? how : string.Create(CultureInfo.InvariantCulture, $"VLAN {vlan}, {how}{(sent.Vlan is null ? "" : " with its tag")}");
            if (hook.Outcome == Outcome.Dropped)
            {
                Drop(TraceCause.Rule, space, hook.Chain ?? bridge.Name, hook.Decider ?? "a rule", frame,
                    Step(trail, HopKind.LinuxBridge, space, bridge.Name, $"{how}: {hook.Decider}", hook.Evidence, hook.Unknowns, hook.Counters),
                    hook.Evidence, counters: hook.Counters);
                continue;
            }
            if (hook.Bridged is { } nat)
            {
                if (nat.Refusal is { } refusal)
                {
                    var why = $"{(hook.Translation is { } rule ? RuleBrief.Of(rule) : hook.OwnTranslation is not null ? "a rule of nft" : "its connection is translated")}: {refusal}";
                    Drop(TraceCause.Rule, space, hook.TranslationChain ?? bridge.Name, why, frame,
                        Step(trail, HopKind.LinuxBridge, space, bridge.Name, why, hook.Evidence, hook.Unknowns, hook.Counters),
                        hook.Evidence, counters: hook.Counters);
                    continue;
                }
                sent = nat.Frame with { Vlan = sent.Vlan };
                how = nat.Words is { } words ? $"{how}; nat: {words}" : how;
                if (sent is { MayBeCut: true, IsIPv6: false } && port.Mtu is { } room && sent.Size > room
                    && bridge.Mtu is { } piece && piece < sent.Size)
                {
                    // br_nf_dev_queue_xmit cuts up what a connection tracker may have put together: by the bridge's MTU
                    sent = sent.Cut(piece);
                    how += string.Create(CultureInfo.InvariantCulture, $"; cut up, as {bridge.Name} takes {piece} bytes");
                }
            }
            var what = hook.Decider is null ? how : $"{how}; {hook.Decider}";
            DeviceOut(space, port, sent, Step(trail, HopKind.LinuxBridge, space, bridge.Name, what,
                rules.Passed.Count == 0 ? hook.Evidence : [.. rules.Passed, .. hook.Evidence],
                rules.Unknowns.Count == 0 ? hook.Unknowns : [.. rules.Unknowns, .. hook.Unknowns], hook.Counters),
                isBridged: true);
        }
    }

    private void DropByFrameRule(TraceSpace space, Link bridge, FrameHook rules, TraceFrame frame, Trail? trail) => Drop(TraceCause.Rule, space,
        rules.Dropped!.Chain, rules.Words, frame,
        Step(trail, HopKind.LinuxBridge, space, bridge.Name, rules.Words, rules.Passed, rules.Unknowns), rules.Passed);

    /// <summary>The bridge's own device gets it, where the VLAN is let up to it.</summary>
    private void UpFromBridge(TraceSpace space, Link bridge, Link from, BridgeVlans? vlans, int vlan, TraceFrame frame, Trail? trail)
    {
        if (FrameHook.Up(space, bridge, from, frame) is { Dropped: not null } refused)
        {
            DropByFrameRule(space, bridge, refused, frame, trail);
            return;
        }
        if (vlans is null)
        {
            StackIn(space, bridge, frame, trail, from);
            return;
        }
        if (!vlans.Has(bridge.Name, vlan))
        {
            Drop(TraceCause.Vlan, space, bridge.Name, string.Create(CultureInfo.InvariantCulture,
                $"{bridge.Name} itself is not in VLAN {vlan} (bridge vlan show dev {bridge.Name})"), frame, trail, kind: WalkEndKind.Missed);
            return;
        }
        if (vlans.IsUntagged(bridge.Name, vlan))
        {
            StackIn(space, bridge, frame with { Vlan = null }, trail, from);
            return;
        }
        if (UpperOf(space, bridge, vlan) is { } upper)
        {
            StackIn(space, upper, frame with { Vlan = null }, trail);
        }
    }

    /// <summary>Why the bridge does not send it there; null: the copy goes.</summary>
    private static (TraceCause Cause, string Why)? WhyNotTo(Link bridge, Link? from, Link port, BridgeVlans? vlans, int vlan, bool isGroup, bool isLearned)
    {
        // a port without carrier is disabled as well: the device itself says so better
        if (port.BridgePort?.State is { } state && state != BridgePortState.Forwarding
            && !(state == BridgePortState.Disabled && !(IsAdminUp(port) && HasCarrier(port))))
        {
            return (TraceCause.Link, $"{port.Name} is not forwarding in {bridge.Name} ({Word(state)})");
        }
        if (port.BridgePort?.Isolated == true && from?.BridgePort?.Isolated == true)
        {
            return (TraceCause.Link, $"{from.Name} and {port.Name} are both isolated in {bridge.Name}");
        }
        if (!isLearned && !isGroup && port.BridgePort?.UnicastFlood == false)
        {
            return (TraceCause.Link, $"{bridge.Name} does not flood to {port.Name} what it has not learned (flood off)");
        }
        return vlans is not null && !vlans.Has(port.Name, vlan)
            ? (TraceCause.Vlan, string.Create(CultureInfo.InvariantCulture, $"{port.Name} is not in VLAN {vlan} of {bridge.Name} (bridge vlan show dev {port.Name})"))
            : null;
    }

    private static string Word(BridgePortState state) => state switch
    {
        BridgePortState.Disabled => "disabled: its carrier or the administrator took it out",
        BridgePortState.Blocking => "blocking: the spanning tree, or somebody by hand, closed it",
        BridgePortState.Listening => "listening: the spanning tree opens it in a while",
        BridgePortState.Learning => "learning: the spanning tree opens it in a while",
        _ => state.ToString(),
    };

    /// <summary>The bridge notes where the sender is.</summary>
    private void LearnAt(TraceSpace space, Link bridge, Link from, int vlan, TraceFrame frame)
    {
        if (frame.Source.IsMulticast || from.BridgePort?.Learning == false || bridge.Data is LinkData.Bridge { AgeingTimeSeconds: 0 })
        {
            return;
        }
        var known = Recorded(space, bridge, vlan, frame.Source);
        // one that was set by hand ("static") does not age, but moves like any other; only "sticky" ones stay, which nobody tells
        if (known is { } entry && (entry.State & Permanent) != 0)
        {
            return;
        }
        var key = (space, bridge.IfIndex, vlan, frame.Source);
        if (known is { } old && old.IfIndex != from.IfIndex && !session.Learned.ContainsKey(key))
        {
            session.Note($"{space.Node.Name} {bridge.Name}: {frame.Source} was learned at {space.Link(old.IfIndex)?.Name}, its own packet shows it at {from.Name}: "
                + "until it sends, packets to it go the wrong way");
        }
        session.Learned[key] = from.IfIndex;
    }

    private Link? LearnedAt(TraceSpace space, Link bridge, int vlan, TraceFrame frame)
    {
        if (session.Learned.TryGetValue((space, bridge.IfIndex, vlan, frame.Destination), out var seen))
        {
            return space.Link(seen);
        }
        return Recorded(space, bridge, vlan, frame.Destination) is { } entry && (entry.State & Permanent) == 0 ? space.Link(entry.IfIndex) : null;
    }

    private static FdbEntry? Recorded(TraceSpace space, Link bridge, int vlan, Primitives.MacAddress address)
    {
        FdbEntry? any = null;
        foreach (var entry in space.Facts.Fdb)
        {
            if (entry.MasterIndex != bridge.IfIndex || entry.Address != address || space.Link(entry.IfIndex)?.MasterIndex != bridge.IfIndex)
            {
                continue;
            }
            if (vlan == 0 || entry.Vlan == vlan)
            {
                return entry;
            }
            any ??= entry.Vlan is null ? entry : null;  // brctl showmacs does not tell VLANs
        }
        return any;
    }

    /// <summary>
    /// A flooded copy to a VM that it is not for, which will not take it whatever the rules say: where they were not read for its devices
    /// they need not be.
    /// </summary>
    private bool IsForAnother(TraceSpace space, Link port, TraceFrame frame) => space.IsOwn && !frame.Destination.IsMulticast
        && space.IsPartlyTold(frame.Family) && !space.Covers(frame.Family, new HashSet<string>([port.Name]))
        && fabric.Guests.ByDevice(space.Node, port.Name) is var (_, nic) && nic.Mac != frame.Destination;
}
