using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>
/// A small model of conntrack, for scripts of packets: zones, both directions, TCP's handshake, ICMP errors. A flow is kept once its first
/// packet has passed.
/// </summary>
internal sealed class KernelConntrack : ConntrackTable
{
    private readonly Dictionary<Key, Flow> _originals = [];
    private readonly Dictionary<Key, Flow> _replies = [];
    private readonly List<Flow> _newestLast = [];
    private readonly Dictionary<ConntrackZone, (ConntrackEntry Entry, Key Key, Flow? Flow, bool IsNew)> _asked = [];
    private Key _key;
    private Flow? _flow;
    private bool _isNew;
    private TcpState _next;
    private bool _isReply;

    /// <summary>Of the packet that is about to be asked for: an echo's identifier.</summary>
    public ushort IcmpIdentifier { get; private set; }

    /// <summary>Of the packet that is about to be asked for: what an ICMP error is about.</summary>
    public PacketHeader? Inner { get; private set; }

    /// <summary>The last answer.</summary>
    public ConntrackEntry Last { get; private set; }

    public override bool KnowsOthers => true;

    /// <summary>Another packet: until then the same question has the same answer, and changes nothing.</summary>
    public void Begin(TestPacket packet)
    {
        IcmpIdentifier = packet.Details.IcmpIdentifier;
        Inner = packet.Inner;
        _asked.Clear();
        (_flow, _isNew, _next, _isReply) = (null, false, TcpState.None, false);
    }

    /// <summary>Forgets all connections.</summary>
    public void Clear()
    {
        _originals.Clear();
        _replies.Clear();
        _newestLast.Clear();
        _asked.Clear();
    }

    public override ConntrackEntry Find(int zone, in PacketHeader packet) => Find(new ConntrackZone(zone, zone), in packet);

    public override ConntrackEntry Find(ConntrackZone zone, in PacketHeader packet)
    {
        if (_asked.TryGetValue(zone, out var answer))
        {
            (_key, _flow, _isNew) = (answer.Key, answer.Flow, answer.IsNew);
            return Last = answer.Entry;
        }
        Last = Look(zone, in packet);
        _asked[zone] = (Last, _key, _flow, _isNew);
        return Last;
    }

    public override bool IsTaken(ConntrackZone zone, ConntrackTuple replies) =>
        _replies.ContainsKey(KeyOf(zone.Reply, replies))
        || zone.Original == zone.Reply && _originals.ContainsKey(KeyOf(zone.Original, replies));

    public override (UInt128 Address, ushort Part)? FindSource(
        ConntrackZone zone, ConntrackTuple connection, Func<UInt128, ushort, bool> isAllowed)
    {
        var isIcmp = connection.Protocol is 1 or 58;
        for (var i = _newestLast.Count - 1; i >= 0; i--)
        {
            var flow = _newestLast[i];
            if (flow.Zone.Original == zone.Original && flow.Original.Protocol == connection.Protocol
                && flow.Original.Source == connection.Destination
                && flow.Original.SourcePart == (isIcmp ? connection.SourcePart : connection.DestinationPart)
                && isAllowed(flow.Reply.Destination, isIcmp ? flow.Reply.SourcePart : flow.Reply.DestinationPart))
            {
                return (flow.Reply.Destination, isIcmp ? flow.Reply.SourcePart : flow.Reply.DestinationPart);
            }
        }
        return null;
    }

    private ConntrackEntry Look(ConntrackZone zone, in PacketHeader packet)
    {
        _flow = null;
        _isNew = false;
        var first = FirstPacket.StateOf(in packet);
        if (Inner is { } inner)
        {
            // what it is about, seen from its other end
            return Seek(zone, KeyOf(0, in inner, 0).Reversed()) is { } about
                ? EntryOf(about.Flow, ConntrackState.Related, about.IsReply)
                : new(ConntrackState.Invalid);
        }
        if (first == ConntrackState.Untracked)
        {
            return new(first);
        }
        _key = KeyOf(zone.Original, in packet, IcmpIdentifier);
        if (Seek(zone, _key) is { } found)
        {
            return Follow(found.Flow, found.IsReply, in packet);
        }
        if (first == ConntrackState.New)
        {
            _isNew = true;
            _flow = new()
            {
                Zone = zone,
                Tcp = (packet.TcpFlags & TcpFlags.Syn) != 0 ? TcpState.SynSent : TcpState.Established,
                Original = TupleOf(_key, packet.IcmpCode),
                Reply = TupleOf(_key.Reversed(), packet.IcmpCode),
            };
        }
        return new(first) { Original = _flow?.Original, Reply = _flow?.Reply };
    }

    /// <summary>A packet to its own sender fits both directions: where one zone holds both, the kernel meets the reply's first.</summary>
    private (Flow Flow, bool IsReply)? Seek(ConntrackZone zone, Key key) =>
        zone.Original == zone.Reply && _replies.TryGetValue(key with { Zone = zone.Reply }, out var flow) ? (flow, true)
        : _originals.TryGetValue(key with { Zone = zone.Original }, out flow) ? (flow, false)
        : _replies.TryGetValue(key with { Zone = zone.Reply }, out flow) ? (flow, true)
        : null;

    /// <summary>The packet's way is over; its connection is kept if it was confirmed.</summary>
    /// <param name="decision">What the simulator says.</param>
    /// <param name="isConfirmed">It came through.</param>
    /// <param name="seen">As it came out: it tells what the rules leave open.</param>
    /// <param name="identifier">An echo's, as it came out.</param>
    public void Finish(in Decision decision, bool isConfirmed, PacketHeader? seen = null, ushort? identifier = null)
    {
        if (_flow is not { } flow)
        {
            return;
        }
        flow.Mark = decision.ConnectionMark;
        if (!_isNew)
        {
            flow.Tcp = _next == TcpState.None ? flow.Tcp : _next;
            flow.SeenReply |= _isReply;
        }
        if (!_isNew || !isConfirmed)
        {
            return;
        }
        var (original, open) = (flow.Original, seen is null ? 0 : decision.Open);
        var source = (open & PacketFields.Source) != 0 ? seen!.Value.Source : decision.Source;
        var destination = (open & PacketFields.Destination) != 0 ? seen!.Value.Destination : decision.Destination;
        var from = (open & PacketFields.SourcePort) != 0 ? seen!.Value.SourcePort : decision.SourcePort;
        var to = (open & PacketFields.DestinationPort) != 0 ? seen!.Value.DestinationPort : decision.DestinationPort;
        var hasPorts = original.Protocol is 6 or 17 or 132 or 136;
        var isIcmp = original.Protocol is 1 or 58;
        flow.Reply = flow.Reply with
        {
            Source = destination,
            Destination = source,
            SourcePart = hasPorts ? to : isIcmp ? (open & PacketFields.SourcePort) != 0 ? identifier!.Value : original.SourcePart : (ushort)0,
            DestinationPart = hasPorts ? from : flow.Reply.DestinationPart,
        };
        flow.IsSourceNat = decision.IsSourceNat;
        flow.IsDestinationNat = decision.IsDestinationNat;
        if ((open & PacketFields.State) != 0)
        {
            flow.IsSourceNat = source != original.Source || from != original.SourcePart;
            flow.IsDestinationNat = destination != original.Destination || to != original.DestinationPart;
        }
        _originals[KeyOf(flow.Zone.Original, original)] = flow;
        _replies[KeyOf(flow.Zone.Reply, flow.Reply)] = flow;
        _newestLast.Add(flow);
    }

    private static ConntrackEntry EntryOf(Flow flow, ConntrackState state, bool isReply) => new(state)
    {
        IsFirstPacket = false,
        IsReply = isReply,
        Mark = flow.Mark,
        Original = flow.Original,
        Reply = flow.Reply,
        IsSourceNat = flow.IsSourceNat,
        IsDestinationNat = flow.IsDestinationNat,
    };

    private ConntrackEntry Follow(Flow flow, bool isReply, in PacketHeader packet)
    {
        if (packet.Protocol == 6)
        {
            var next = (flow.Tcp, isReply, packet.TcpFlags & (TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Rst)) switch
            {
                (TcpState.SynSent, false, TcpFlags.Syn) => TcpState.SynSent,
                (TcpState.SynSent, true, TcpFlags.Syn | TcpFlags.Ack) => TcpState.SynReceived,
                (TcpState.SynReceived, false, TcpFlags.Ack) => TcpState.Established,
                (TcpState.Established, _, TcpFlags.Ack) => TcpState.Established,
                _ => TcpState.None,
            };
            if (next == TcpState.None)
            {
                return new(ConntrackState.Invalid);
            }
            _next = next;
        }
        _flow = flow;
        _isReply = isReply;
        return EntryOf(flow, flow.SeenReply || isReply ? ConntrackState.Established : ConntrackState.New, isReply);
    }

    private static Key KeyOf(int zone, in PacketHeader packet, ushort identifier) => packet.Protocol switch
    {
        6 or 17 or 132 or 136 => new(zone, packet.Protocol, packet.Source, packet.Destination, packet.SourcePort, packet.DestinationPort),
        1 or 58 => new(zone, packet.Protocol, packet.Source, packet.Destination, identifier, packet.IcmpType),
        _ => new(zone, packet.Protocol, packet.Source, packet.Destination, 0, 0),
    };

    private static Key KeyOf(int zone, ConntrackTuple tuple) => new(
        zone, tuple.Protocol, tuple.Source, tuple.Destination, tuple.SourcePart,
        tuple.Protocol is 1 or 58 ? tuple.DestinationPart >> 8 : tuple.DestinationPart);

    private static ConntrackTuple TupleOf(Key key, byte icmpCode) => new(
        key.Protocol, key.Source, key.Destination, (ushort)key.SourcePart,
        (ushort)(key.Protocol is 1 or 58 ? key.DestinationPart << 8 | icmpCode : key.DestinationPart));

    private enum TcpState
    {
        None,
        SynSent,
        SynReceived,
        Established,
    }

    private sealed class Flow
    {
        public required ConntrackZone Zone { get; init; }

        public required ConntrackTuple Original { get; init; }

        public required ConntrackTuple Reply { get; set; }

        public bool IsSourceNat { get; set; }

        public bool IsDestinationNat { get; set; }

        public bool SeenReply { get; set; }

        public TcpState Tcp { get; set; }

        public uint Mark { get; set; }
    }

    private readonly record struct Key(int Zone, byte Protocol, UInt128 Source, UInt128 Destination, int SourcePart, int DestinationPart)
    {
        public Key Reversed() => Protocol is 1 or 58
            ? new(Zone, Protocol, Destination, Source, SourcePart, ReplyTo(DestinationPart))
            : new(Zone, Protocol, Destination, Source, DestinationPart, SourcePart);

        private static int ReplyTo(int icmpType) => icmpType switch { 8 => 0, 128 => 129, 139 => 140, var other => other + 1 };
    }
}
