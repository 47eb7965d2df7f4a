using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>
/// A small model of conntrack, for scripts of packets: zones, both directions, TCP's handshake, ICMP errors. A flow is kept once its first
/// packet has passed.
/// </summary>
internal sealed class KernelConntrack : ConntrackTable
{
    private readonly Dictionary<Key, (Flow Flow, bool IsReply)> _flows = [];
    private readonly Dictionary<int, (ConntrackEntry Entry, Key Key, Flow? Flow, bool IsNew)> _asked = [];
    private Key _key;
    private Flow? _flow;
    private bool _isNew;

    /// <summary>Of the packet that is about to be asked for: an echo's identifier.</summary>
    public ushort IcmpIdentifier { get; private set; }

    /// <summary>Of the packet that is about to be asked for: what an ICMP error is about.</summary>
    public PacketHeader? Inner { get; private set; }

    /// <summary>The last answer.</summary>
    public ConntrackEntry Last { get; private set; }

    /// <summary>Another packet: until then the same question has the same answer, and changes nothing.</summary>
    public void Begin(TestPacket packet)
    {
        IcmpIdentifier = packet.Details.IcmpIdentifier;
        Inner = packet.Inner;
        _asked.Clear();
        (_flow, _isNew) = (null, false);
    }

    /// <summary>Forgets all connections.</summary>
    public void Clear()
    {
        _flows.Clear();
        _asked.Clear();
    }

    public override ConntrackEntry Find(int zone, in PacketHeader packet)
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

    private ConntrackEntry Look(int zone, in PacketHeader packet)
    {
        _flow = null;
        _isNew = false;
        var first = FirstPacket.StateOf(in packet);
        if (Inner is { } inner)
        {
            return _flows.TryGetValue(KeyOf(zone, in inner, 0), out var about)
                ? new(ConntrackState.Related)
                {
                    IsReply = !about.IsReply,
                    Mark = about.Flow.Mark,
                    Original = about.Flow.Original,
                    Reply = about.Flow.Reply,
                }
                : new(ConntrackState.Invalid);
        }
        if (first == ConntrackState.Untracked)
        {
            return new(first);
        }
        _key = KeyOf(zone, in packet, IcmpIdentifier);
        if (_flows.TryGetValue(_key, out var found))
        {
            return Follow(found.Flow, found.IsReply, in packet);
        }
        if (first == ConntrackState.New)
        {
            _isNew = true;
            _flow = new()
            {
                Tcp = (packet.TcpFlags & TcpFlags.Syn) != 0 ? TcpState.SynSent : TcpState.Established,
                Original = TupleOf(_key, packet.IcmpCode),
                Reply = TupleOf(_key.Reversed(), packet.IcmpCode),
            };
        }
        return new(first) { Original = _flow?.Original, Reply = _flow?.Reply };
    }

    /// <summary>The packet's way is over; its connection is kept if it was confirmed.</summary>
    public void Finish(in Decision decision, bool isConfirmed)
    {
        if (_flow is null)
        {
            return;
        }
        _flow.Mark = decision.ConnectionMark;
        if (_isNew && isConfirmed)
        {
            _flows[_key] = (_flow, false);
            _flows[_key.Reversed()] = (_flow, true);
        }
    }

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
            flow.Tcp = next;
        }
        _flow = flow;
        flow.SeenReply |= isReply;
        return new(flow.SeenReply ? ConntrackState.Established : ConntrackState.New)
        {
            IsFirstPacket = false,
            IsReply = isReply,
            Mark = flow.Mark,
            Original = flow.Original,
            Reply = flow.Reply,
        };
    }

    private static Key KeyOf(int zone, in PacketHeader packet, ushort identifier) => packet.Protocol switch
    {
        6 or 17 or 132 or 136 => new(zone, packet.Protocol, packet.Source, packet.Destination, packet.SourcePort, packet.DestinationPort),
        1 or 58 => new(zone, packet.Protocol, packet.Source, packet.Destination, identifier, packet.IcmpType),
        _ => new(zone, packet.Protocol, packet.Source, packet.Destination, 0, 0),
    };

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
        public required ConntrackTuple Original { get; init; }

        public required ConntrackTuple Reply { get; init; }

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
