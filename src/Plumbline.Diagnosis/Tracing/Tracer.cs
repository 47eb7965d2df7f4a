using System.Net;
using Plumbline.Neutron.Api;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>
/// <c>plumb trace</c>: one packet from its sender to its receiver and the answer back, hop by hop, over all nodes that were given. Pure.
/// </summary>
public sealed partial class Tracer : IResolver
{
    private readonly TraceFabric _fabric;
    private TraceSession _session = new();
    private TraceEnds? _ends;
    private bool _isCold;

    /// <summary>Takes the nodes in; ask as often as wanted, one question at a time.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="cloud">What Neutron wants; null where not told.</param>
    public Tracer(IReadOnlyList<Topology> nodes, Cloud? cloud)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        _fabric = new(nodes, cloud);
    }

    /// <summary>What the nodes are called in answers, in the order in which they were given.</summary>
    public IReadOnlyList<string> Nodes => [.. _fabric.Nodes.Select(n => n.Name)];

    /// <summary>Answers.</summary>
    /// <exception cref="DiagnosisException">An end is unknown or ambiguous, or the question makes no sense.</exception>
    public TraceResult Ask(TraceQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (question.IsRefused && (question.Protocol != Udp || question.ToGroup is not null || question.Fragment is not null || question.IsOneWay))
        {
            throw TraceProblems.NotRefused();
        }
        _session = new() { Group = question.ToGroup };
        _isCold = question.IsCold;
        if (question.ToGroup is { } group)
        {
            question = question with { Family = group.AddressFamily };
        }
        if (question.ToGroup is not null || question.Fragment == FragmentPart.Later
            || question is { Protocol: 1 or 58, IcmpType: not (null or 8 or 128) })
        {
            question = question with { IsOneWay = true };   // nothing answers it
        }
        var ends = _ends = new TraceEnds(_fabric, question).Find();
        if (question.FromAddress is not null || question.FromMac is not null)
        {
            (_session.Pretender, _session.FalseAddress, _session.FalseMac) = (ends.OriginNic, question.FromAddress, question.FromMac);
        }
        return ends.IsDhcp ? AskDhcp(question, ends) : question.ToGroup is { } to ? AskGroup(question, ends, to) : AskPacket(question, ends);
    }

    private TraceResult AskPacket(TraceQuestion question, TraceEnds ends)
    {
        var frame = ends.Packet();
        FollowOtherPiece(ends, frame);
        var sent = Exchange(ends.Origin, frame, ends.OriginNic, TracePhase.Forward, ends);
        if (sent.Arrived is not { } arrived)
        {
            return Result(question, ends, frame, sent);
        }
        if (!question.IsRefused && arrived.Stack is TraceStack.Space space && MissingListener(space.Facts, arrived) is { } nobody)
        {
            _session.Legs[^1] = _session.Legs[^1] with { Drop = nobody };
            return Result(question, ends, frame, new(null, nobody, []));
        }
        if (question.IsOneWay)
        {
            return Result(question, ends, frame, sent);
        }
        if (question.IsRefused)
        {
            _session.Assume($"{arrived.Stack?.Name ?? arrived.Frame.To.ToString()} answers that nobody listens");
        }
        else if (arrived.Stack is TraceStack.Guest && frame.Protocol is 6 or 17)
        {
            _session.Assume($"{arrived.Stack.Name} answers: whether a program listens there cannot be seen from the node");
        }
        var answer = question.IsRefused ? arrived.Frame.Unreachable() : AnswerTo(arrived.Frame);
        var back = Exchange(arrived.Stack ?? TraceEnds.OutsideFor(arrived), answer, null, TracePhase.Return, ends, ends.Origin, arrived.Frame);
        if (back.Arrived is not null && !ends.SenderIsForged && Disguised(ends, arrived) is { } spoofed)
        {
            _session.Legs[^1] = _session.Legs[^1] with { Drop = spoofed };
            return Result(question, ends, frame, new(null, spoofed, []));
        }
        return back.Arrived is not null && frame.Protocol == 6 && Continued(ends, frame) is { } cut ? Result(question, ends, frame, cut)
            : Result(question, ends, frame, back with { Unknowns = [.. sent.Unknowns, .. back.Unknowns] });
    }

    /// <summary>A guest at either end that by its port's counters has other addresses by now.</summary>
    private static TraceDrop? Disguised(TraceEnds ends, WalkEnd arrived)
    {
        if (arrived is { Stack: TraceStack.Guest, Nic: { } at } && SpoofSigns.Of(at, arrived.Frame.To) is { } there)
        {
            return there;
        }
        foreach (var (nic, address, _, _, _) in ends.GuestEnds())
        {
            if (SpoofSigns.Of(nic, address) is { } drop)
            {
                return drop;
            }
        }
        return null;
    }

    /// <summary>
    /// What an answered TCP connection sends next, which other rules and flows decide than its first packet; null where that passes, or may pass.
    /// </summary>
    private Leg? Continued(TraceEnds ends, TraceFrame first)
    {
        var legs = _session.Legs.Count;
        if (_session.Conntrack.Count == 0)
        {
            return null;    // nobody tracks it: it goes as the first went
        }
        var next = Exchange(ends.Origin, first with { TcpFlags = Iptables.TcpFlags.Ack }, ends.OriginNic, TracePhase.Forward, ends);
        if (next is { Arrived: null, Drop: { } drop, Unknowns.Count: 0 })
        {
            var said = drop with { What = drop.What + " (its SYN passes, what follows the answer does not)" };
            _session.Legs[^1] = _session.Legs[^1] with { Drop = said };
            return next with { Drop = said };
        }
        _session.Legs.RemoveRange(legs, _session.Legs.Count - legs);
        return null;
    }

    /// <summary>What the one who got the packet sends back.</summary>
    private static TraceFrame AnswerTo(TraceFrame frame) => frame with
    {
        From = frame.To,
        To = frame.From,
        SourcePort = frame.DestinationPort,
        DestinationPort = frame.SourcePort,
        IcmpType = (byte)(frame.IsIcmp ? frame.IsIPv6 ? 129 : 0 : 0),
        Size = frame.WholeSize == 0 ? frame.Size : frame.WholeSize,
        WholeSize = 0,
        MayBeCut = frame is { IsIcmp: true, IsIPv6: false },    // Linux forbids it in TCP and UDP, and allows it in what answers an echo
        TcpFlags = frame.Protocol == 6 ? Iptables.TcpFlags.Syn | Iptables.TcpFlags.Ack : default,
        HopLimit = 64,
        Vlan = null,
        Mark = 0,
    };

    /// <summary>What this question's own packets corrected, and others' would still find wrong.</summary>
    private IEnumerable<string> Corrections()
    {
        foreach (var (node, memory) in _session.Memories)
        {
            foreach (var moved in memory.Moved)
            {
                yield return string.Create(System.Globalization.CultureInfo.InvariantCulture,
                    $"{node.Name} {moved.Bridge}: {moved.Address} was learned at {PortName(node, moved.Bridge, moved.Recorded)} in VLAN {moved.Vlan}, its own packet shows it at {PortName(node, moved.Bridge, moved.Seen)}: until it sends, packets to it go the wrong way");
            }
        }
    }

    private static string PortName(TraceNode node, string bridge, int number) => number == OpenFlow.Fields.OfPort.Local ? bridge
        : node.Ports.FirstOrDefault(p => p.Bridge.Name == bridge && p.Number == number)?.Row.Name
            ?? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"port {number}");

    /// <summary>Addresses that nobody told of.</summary>
    private IEnumerable<string> Inferences(TraceFrame frame)
    {
        foreach (var address in (System.Net.IPAddress[])[frame.From, frame.To])
        {
            if (_fabric.Guests.Inferred.Contains(address))
            {
                yield return $"{address} is a VM's: it was made of the VM's MAC address and the prefix that its network's router has, and nobody told of it";
            }
        }
    }

    private TraceResult Result(TraceQuestion question, TraceEnds ends, TraceFrame frame, Leg last) => new()
    {
        From = ends.FromWords,
        To = ends.ToWords,
        Packet = frame.ToString(),
        Verdict = last.Drop is not null && last.Unknowns.Count == 0 ? TraceVerdict.Dropped
            : last.Arrived is not null && last.Unknowns.Count == 0 ? TraceVerdict.Delivered : TraceVerdict.Unknown,
        Legs = [.. _session.Legs],
        Drop = last.Arrived is null ? last.Drop : null,
        Unknowns = [.. last.Unknowns.Distinct()],
        Assumptions = [.. ends.Assumptions, .. Inferences(frame), .. _session.Assumptions],
        Notes = [.. _session.Notes, .. Corrections()],
        IsOutgrown = _fabric.Nodes.Exists(n => n.Snapshot.Omitted is not null && (n.IsOutgrown || frame.IsIPv6)),
        RulesWanted = [.. _session.Wanted.Select(w => new RulesWanted
        {
            Node = _fabric.Nodes.IndexOf(w.Key.Space.Node),
            Namespace = w.Key.Space.Name,
            IsIPv6 = w.Key.IsIPv6,
            Devices = w.Value,
        })],
    };

    /// <summary>Nobody waits for it there; null where somebody does, or where sockets were not told.</summary>
    private static TraceDrop? MissingListener(TraceSpace space, WalkEnd arrived)
    {
        var frame = arrived.Frame;
        if (frame.Protocol is not (6 or 17) || space.Facts.Sockets is not { } sockets)
        {
            return null;
        }
        var word = frame.Protocol == 6 ? "tcp" : "udp";
        foreach (var socket in sockets)
        {
            if (socket.Protocol == word && Listens(socket.Address, frame.To, frame.DestinationPort))
            {
                return null;
            }
        }
        return new()
        {
            Cause = TraceCause.Service,
            Node = space.Node.Name,
            Namespace = space.Name,
            Place = space.IsOwn ? space.Node.Name : space.Name,
            What = $"nobody listens on {word} port {frame.DestinationPort}",
            Phase = TracePhase.Forward,
        };
    }

    private static bool Listens(string socket, IPAddress address, ushort port)
    {
        var at = socket.LastIndexOf(':');
        if (at < 0 || socket[(at + 1)..] != port.ToString(System.Globalization.CultureInfo.InvariantCulture))
        {
            return false;
        }
        var host = socket[..at].Split('%')[0].Trim('[', ']');
        return host is "*" or "0.0.0.0" or "::" || IPAddress.TryParse(host, out var own) && (own.Equals(address) || address.Equals(IPAddress.Broadcast));
    }

    /// <summary>How one part of the exchange ended.</summary>
    /// <param name="Arrived">Where it arrived; null: nowhere.</param>
    /// <param name="Drop">What ended it.</param>
    /// <param name="Unknowns">Facts that are missing.</param>
    private sealed record Leg(WalkEnd? Arrived, TraceDrop? Drop, IReadOnlyList<string> Unknowns);
}
