using Plumbline.Packets.Layers;

namespace Plumbline.Packets.Flows;

/// <summary>What was learnt, as records.</summary>
public sealed partial class FlowTable
{
    /// <summary>A segment sent this often and never acknowledged, larger than all that were: too big for the way.</summary>
    private const int BlackHoleTimes = 3;

    /// <summary>From the first retransmission to the last: senders wait at least 200 ms, copies of a packet come at once.</summary>
    private const long BlackHoleNanoseconds = 200_000_000;

    /// <summary>IPv4 must carry this much; what is smaller does not vanish for its size.</summary>
    private const int SmallestBlackHole = 577;

    /// <summary>The state so far; more packets may be added afterwards.</summary>
    public FlowReport ToReport()
    {
        var conversations = new List<Conversation>(_flows.Count);
        var mtu = new List<MtuProblem>(_mtu.Told);
        for (var number = 0; number < _flows.Count; number++)
        {
            ref var flow = ref _flows[number];
            conversations.Add(ToConversation(flow));
            if (flow.Key.Protocol == (int)IpProtocol.Tcp)
            {
                AddBlackHole(mtu, flow, flow.Side0, isSecond: false);
                AddBlackHole(mtu, flow, flow.Side1, isSecond: true);
            }
        }
        conversations.Sort(static (a, b) =>
            a.Bytes != b.Bytes ? b.Bytes.CompareTo(a.Bytes) : a.StartNanoseconds.CompareTo(b.StartNanoseconds));
        return new()
        {
            Packets = _packets,
            Bytes = _bytes,
            StartNanoseconds = _start,
            EndNanoseconds = _end,
            OtherPackets = _other,
            PacketsBeyond = _beyond,
            Conversations = conversations,
            NeighboursUnanswered = _neighbours.Unanswered(_end),
            DhcpExchanges = _dhcp.Exchanges(),
            DnsFailures = _dns.Failures(_end),
            MtuProblems = mtu,
        };
    }

    private static Conversation ToConversation(in FlowState flow)
    {
        var isSecond = flow.Initiator == 1;
        var initiator = SideOf(flow, isSecond);
        var responder = SideOf(flow, !isSecond);
        return new()
        {
            Interface = flow.Key.Interface,
            Protocol = flow.Key.Protocol,
            Vlan = flow.Key.Vlan,
            TunnelKey = flow.Key.TunnelKey,
            Initiator = initiator,
            Responder = responder,
            State = StateOf(flow, initiator, responder),
            StartNanoseconds = flow.Start,
            EndNanoseconds = flow.End,
            HandshakeTime = flow.HandshakeTime >= 0 && flow.Handshake == HandshakeStep.Done
                ? TimeSpan.FromTicks(flow.HandshakeTime / 100)
                : null,
            EchoesUnanswered = flow.EchoesUnanswered + (flow.IsEchoOpen ? 1 : 0),
        };
    }

    private static ConversationSide SideOf(in FlowState flow, bool isSecond)
    {
        ref readonly var side = ref isSecond ? ref flow.Side1 : ref flow.Side0;
        return new()
        {
            Address = isSecond ? flow.Key.Second : flow.Key.First,
            Port = (int)(isSecond ? flow.Key.Ports & 0xFFFF : flow.Key.Ports >> 16),
            Packets = isSecond ? flow.Packets1 : flow.Packets0,
            Bytes = isSecond ? flow.Bytes1 : flow.Bytes0,
            Data = side.Data,
            Retransmissions = side.Retransmissions,
            Reordered = side.Reordered,
            Duplicates = side.Duplicates,
            Gaps = side.Gaps,
            DuplicateAcks = side.DuplicateAcks,
            ZeroWindows = side.ZeroWindows,
            Resets = side.Resets,
            Syns = side.Syns,
            RoundTrip = side.RoundTrip,
        };
    }

    private static ConversationState StateOf(in FlowState flow, ConversationSide initiator, ConversationSide responder)
    {
        if (flow.Key.Protocol == (int)IpProtocol.Tcp)
        {
            return flow.IsRefused ? ConversationState.Refused
                : flow.IsReset ? ConversationState.Reset
                : flow.Handshake == HandshakeStep.Syn && responder.Packets == 0 ? ConversationState.SynUnanswered
                : flow.Handshake == HandshakeStep.SynAck ? ConversationState.HalfOpen
                : flow.Side0.HasFin && flow.Side1.HasFin ? ConversationState.Closed
                : responder.Packets == 0 ? ConversationState.OneWay
                : ConversationState.Open;
        }
        return responder.Packets > 0 ? ConversationState.Answered
            : flow.IsEchoOpen && !responder.Address.IsGroup ? ConversationState.EchoUnanswered
            : ConversationState.OneWay;
    }

    private static void AddBlackHole(List<MtuProblem> mtu, in FlowState flow, in TcpSide side, bool isSecond)
    {
        if (side.StuckTimes < BlackHoleTimes || side.StuckLength < SmallestBlackHole || side.StuckLength <= side.LargestAcknowledged
            || side.StuckUntil - side.StuckSince < BlackHoleNanoseconds || flow.Packets0 == 0 || flow.Packets1 == 0)
        {
            return;
        }
        var (first, second) = (flow.Key.First, flow.Key.Second);
        var (firstPort, secondPort) = ((int)(flow.Key.Ports >> 16), (int)(flow.Key.Ports & 0xFFFF));
        mtu.Add(new()
        {
            Interface = flow.Key.Interface,
            Source = isSecond ? second : first,
            Destination = isSecond ? first : second,
            Ports = isSecond ? (secondPort, firstPort) : (firstPort, secondPort),
            PacketLength = side.StuckLength,
            LargestAcknowledged = side.LargestAcknowledged,
            Times = side.StuckTimes,
        });
    }
}
