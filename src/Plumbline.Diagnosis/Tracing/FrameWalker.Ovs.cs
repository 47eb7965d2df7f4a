using System.Globalization;
using Plumbline.OpenFlow.Fields;
using Plumbline.OpenFlow.Simulation;

namespace Plumbline.Diagnosis.Tracing;

internal sealed partial class FrameWalker
{
    private readonly NativeFirewallWords _words = new(fabric);

    /// <summary>A frame comes into Open vSwitch by a port.</summary>
    private void OvsIn(TracePort port, TraceFrame frame, Trail? trail)
    {
        var own = port.Bridge.Name;
        var node = fabric.Nodes.First(n => ReferenceEquals(n.Port(port.Row.Name), port));
        if (port.Row.Error is { Length: > 0 } error)
        {
            Drop(TraceCause.Link, node.Own, port.Row.Name, $"Open vSwitch has no {port.Row.Name}: {error}", frame, trail);
            return;
        }
        if (port.Number is null && !port.Bridge.Ports.Any(p => p.Interfaces.Any(i => i.OfPort is not null)))
        {
            // "ovs-vsctl show" tells none
            Missing($"port numbers of {own} on {node.Name} (ovs-ofctl show {own})", frame, trail);
            return;
        }
        if (port.Number is not { } number)
        {
            Drop(TraceCause.Link, node.Own, port.Row.Name, $"{port.Row.Name} has no OpenFlow port in {own}", frame, trail);
            return;
        }
        Switch(node, own, FlowKeys.Of(frame, number), frame, trail, port.Row.Name);
    }

    private void Switch(TraceNode node, string bridge, FlowKey key, TraceFrame frame, Trail? trail, string from)
    {
        if (IsTooDeep(trail, frame))
        {
            return;
        }
        if (node.IsSwitchStopped && node.IsUserspace(bridge))
        {
            Drop(TraceCause.Service, node.Own, bridge, "ovs-vswitchd does not run, and the userspace datapath with it", frame,
                Step(trail, HopKind.OvsBridge, node.Own, bridge, $"in by {from}"));
            return;
        }
        if (node.SwitchFacts.WithoutFlows.Contains(bridge))
        {
            Missing($"the flows of {bridge} on {node.Name} (ovs-ofctl dump-flows {bridge})", frame,
                Step(trail, HopKind.OvsBridge, node.Own, bridge, $"in by {from}"));
            return;
        }
        if (node.SwitchFacts.FailOpen.Contains(bridge))
        {
            session.Note($"{node.Name} {bridge}: no controller is connected and fail_mode is not secure, so Open vSwitch forwards by itself (NORMAL) whatever its flows say");
        }
        var place = $"{node.Name}/ovs";
        string? waits = null;
        var result = node.Switches.Run(bridge, key, new()
        {
            Conntrack = question =>
            {
                waits ??= session.WaitsAt(string.Create(CultureInfo.InvariantCulture, $"{place} {question.Zone}"), frame);
                return Answer(place, question, frame);
            },
            Memory = session.MemoryOf(node),
        });
        foreach (var assumption in result.Assumptions)
        {
            if (assumption.StartsWith(Simulator.MeterWord, StringComparison.Ordinal))
            {
                session.Assume($"{node.Name}: {assumption}");
            }
        }
        if (waits is not null)
        {
            Drop(TraceCause.Rule, node.Own, bridge, waits, frame, Hops(node, result, 1, trail, from, [], frame));
            return;
        }
        foreach (var committed in result.Committed)
        {
            var first = FlowKeys.Back(frame, committed.Packet);
            session.Conntrack.Commit(place, committed.Zone, first, first, (uint)committed.Packet.Get("ct_mark"),
                committed.Packet.Get("ct_label"));
        }
        foreach (var output in result.Outputs)
        {
            var way = Hops(
                node, result, output.Step, trail, from, result.Unknowns.Count > 0 && !output.IsCertain ? result.Unknowns : [], frame, isOutput: true);
            OvsOut(node, output, FlowKeys.Back(frame, output.Packet), way);
        }
        foreach (var drop in result.Drops)
        {
            if (drop.Why.Contains("output skips it", StringComparison.Ordinal))
            {
                continue;
            }
            var way = Hops(node, result, drop.Step, trail, from, result.Unknowns, frame);
            var refused = NativeFirewallWords.Refused(node, drop, result.Steps, frame);
            Drop(refused is null ? CauseOf(drop) : TraceCause.Rule, node.Own, drop.Bridge, refused ?? Describe(drop), frame, way, drop.Flow is { } flow ? [flow.ToString().Trim()] : [],
                counters: drop.Flow is { } dropping ? [HopCounter.Of(drop.Bridge, dropping)] : []);
        }
        if (result.Outputs.Count == 0 && result.Drops.Count == 0)
        {
            Drop(TraceCause.Flow, node.Own, bridge, "no flow sends it anywhere", frame, Hops(node, result, result.Steps.Count, trail, from, result.Unknowns, frame));
        }
    }

    private ConntrackAnswer? Answer(string place, ConntrackQuestion question, TraceFrame frame)
    {
        var packet = FlowKeys.Back(frame, question.Packet);
        if (session.Conntrack.Find(place, question.Zone, packet) is not { } known)
        {
            // a TCP packet that opens nothing and belongs to nothing is invalid, and so is to Open vSwitch what conntrack never tracks
            var header = packet.ToHeader();
            return Iptables.Simulation.FirstPacket.StateOf(in header) is Iptables.Simulation.ConntrackState.Invalid or Iptables.Simulation.ConntrackState.Untracked
                ? new() { State = CtState.Tracked | CtState.Invalid } : null;
        }
        if (known.IsError)
        {
            // conn_update_state(): related, and nothing else but the direction
            return new() { State = CtState.Tracked | CtState.Related | (known.IsReply ? CtState.Reply : 0), Mark = known.Connection.Mark, Label = known.Connection.Label };
        }
        known.Connection.IsAnswered |= known.IsReply;
        // the userspace datapath takes what follows a SYN for established, whether or not this zone saw the answer
        var isFollowing = packet is { Protocol: 6, TcpFlags: var flags } && (flags & Iptables.TcpFlags.Syn) == 0;
        var state = CtState.Tracked | (known.IsReply || known.Connection.IsAnswered || isFollowing ? CtState.Established : CtState.New)
            | (known.IsReply ? CtState.Reply : 0);
        // OVS calls a committed connection established only from its first answer on, but "new" never for a committed one's answer
        return new() { State = state, Mark = known.Connection.Mark, Label = known.Connection.Label };
    }

    private static TraceCause CauseOf(DropCause drop) =>
        drop.Why.Contains("patch port", StringComparison.Ordinal) ? TraceCause.Patch
        : drop.Why.Contains("learned at", StringComparison.Ordinal) ? TraceCause.Learned
        : drop.Why.StartsWith("NORMAL: VLAN", StringComparison.Ordinal) || drop.Why.Contains("other port in VLAN", StringComparison.Ordinal)
            ? TraceCause.Vlan
        : drop.Why.Contains("spanning tree", StringComparison.Ordinal) ? TraceCause.Link
        : drop.Why.StartsWith("tunnel", StringComparison.Ordinal) ? TraceCause.Tunnel
        : TraceCause.Flow;

    private static string Describe(DropCause drop) => drop.Flow is { } flow && flow.Actions.All(a => a.Text == "drop")
        ? string.Create(CultureInfo.InvariantCulture, $"table {drop.Table}: flow \"{flow.MatchText}\" drops it")
        : string.Create(CultureInfo.InvariantCulture, $"table {drop.Table}: {drop.Why}");

    /// <summary>The bridges that one copy went through, from the steps that led to it.</summary>
    private Trail Hops(
        TraceNode node, SimulationResult result, int until, Trail? trail, string from, IReadOnlyList<string> unknowns, TraceFrame frame,
        bool isOutput = false)
    {
        var way = new List<TraceStep>();
        var depth = int.MaxValue;
        var isInside = false;   // a lookup was taken whose bridge is still to be named
        for (var i = Math.Min(until, result.Steps.Count) - 1; i >= 0; i--)
        {
            var step = result.Steps[i];
            var belongs = step switch
            {
                TraceStep.LookedUp => step.Depth < depth,
                TraceStep.Entered => way.Count == 0 || way.Count == 1 && step.Depth < depth || isInside && step.Depth == depth,
                // before a drop may stand by which port another copy went out
                TraceStep.Noted told => way.Count == 0 && (isOutput || !told.Text.StartsWith("out by port", StringComparison.Ordinal))
                    || step.Depth <= depth && told.Text.StartsWith("NORMAL:", StringComparison.Ordinal),
                _ => false,
            };
            if (!belongs)
            {
                continue;
            }
            if (step is TraceStep.LookedUp)
            {
                (depth, isInside) = (step.Depth, true);
            }
            else if (step is TraceStep.Noted && way.Count == 0 && step.Depth > 0)
            {
                depth = step.Depth;     // the lookup that it belongs to is further out: others at its depth are of other copies
            }
            else if (step is TraceStep.Entered)
            {
                (depth, isInside) = (Math.Min(depth, step.Depth), false);
            }
            if (step is TraceStep.Entered entered && entered.Why.StartsWith("back from", StringComparison.Ordinal))
            {
                depth = int.MaxValue;   // the copy that went to the connection tracker is this one
            }
            way.Add(step);
        }
        way.Reverse();
        Trail? last = trail;
        string? bridge = null;
        var tables = new List<int>();
        var lines = new List<string>();
        var counters = new List<HopCounter>();
        var note = "";
        var port = from;
        foreach (var step in way)
        {
            switch (step)
            {
                case TraceStep.Entered entered:
                    if (bridge is not null && entered.Bridge != bridge)
                    {
                        Close();
                        port = entered.Why.Split(" and ") is [_, var into] ? into : "";
                    }
                    bridge = entered.Bridge;
                    break;
                case TraceStep.LookedUp lookup:
                    tables.Add(lookup.Table);
                    if (lookup.Flow is { } counted && !session.MemoryOf(node).IsLearned(counted))
                    {
                        counters.Add(HopCounter.Of(lookup.Bridge, counted));
                    }
                    if (_words.Accepted(node, lookup, frame) is { } accepted)
                    {
                        note += (note.Length > 0 ? "; " : "") + accepted;
                    }
                    lines.Add(lookup.Flow is { } flow ? flow.ToString().Trim() : $"table={lookup.Table}: no flow matches");
                    break;
                case TraceStep.Noted noted:
                    note += (note.Length > 0 ? "; " : "") + noted.Text;
                    break;
            }
        }
        Close();
        return last!;

        void Close()
        {
            var at = tables.Count == 0 ? "" : $"tables {string.Join(" → ", tables)}";
            var what = $"in by {port}; {at}{(note.Length > 0 ? $"; {note}" : "")}";
            last = Step(last, HopKind.OvsBridge, node.Own, bridge ?? "", what, [.. lines], unknowns, [.. counters]);
            counters.Clear();
            tables.Clear();
            lines.Clear();
            note = "";
        }
    }

    private void OvsOut(TraceNode node, SimulatedOutput output, TraceFrame frame, Trail trail)
    {
        switch (output.Kind)
        {
            case OutputKind.Controller:
                Drop(TraceCause.Flow, node.Own, output.Bridge, "sent to the controller", frame, trail, kind: WalkEndKind.Missed);
                return;
            case OutputKind.Tunnel:
                Encapsulate(node, output, frame, trail);
                return;
        }
        if (output.Name is { } left && node.IsOmitted(left) && frame.IsBroadcastQuestion)
        {
            // whoever may answer was looked for when the node was read, and is not left out
            Drop(TraceCause.Nobody, node.Own, left, $"{left} is another VM's", frame, trail, kind: WalkEndKind.Missed);
            return;
        }
        if (output.Name is null || node.Port(output.Name) is not { } port)
        {
            Missing($"which port {output.Port} of {output.Bridge} on {node.Name} is", frame, trail);
            return;
        }
        if (node.DeviceOf(port) is var (space, link))
        {
            if (port.IsInternal)
            {
                InternalIn(space, link, frame, trail);
            }
            else
            {
                DeviceOut(space, link, frame, trail, isBridged: false);
            }
            return;
        }
        if (port.Row.Type.StartsWith("dpdkvhost", StringComparison.Ordinal)
            && fabric.Guests.All.SelectMany(g => g.Nics, (g, n) => (g, n)).FirstOrDefault(x => x.n.Node == node
                && node.Topology.Find(x.n.Vif.Device ?? x.n.Vif.OvsEnd ?? "")?.Name == port.Row.Name) is { g: { } guest } found)
        {
            GuestIn(guest, found.n, frame, Step(trail, HopKind.Device, node.Own, port.Row.Name, $"to {guest.Name}"));
            return;
        }
        if (node.Snapshot.Namespaces.Any(n => n.Links.Count > 0))
        {
            Drop(TraceCause.Link, node.Own, port.Row.Name, port.IsInternal
                ? $"{port.Row.Name} is in none of the namespaces that were told" : $"there is no device {port.Row.Name}", frame, trail);
            return;
        }
        Missing($"the devices of {node.Name} (ip link)", frame, trail);
    }

    private void InternalIn(TraceSpace space, Linux.Netlink.Link link, TraceFrame frame, Trail trail)
    {
        if (!IsAdminUp(link) && !space.AddressesOf(link).Any() && space.IsOwn)
        {
            Drop(TraceCause.Nobody, space, link.Name, $"{link.Name} is set down and has no address", frame, trail, kind: WalkEndKind.Missed);
            return;
        }
        if (!IsUp(space, link, frame, trail))
        {
            return;
        }
        if (link.MasterIndex is { } master && space.Link(master) is { Kind: "bridge" } bridge)
        {
            BridgeForward(space, bridge, link, frame, trail);
            return;
        }
        if (!IsRefusedAt(space, link, frame, trail, isReceived: true))
        {
            StackIn(space, link, frame, trail);
        }
    }
}
