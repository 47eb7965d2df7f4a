using System.Buffers.Binary;
using Plumbline.Packets.Layers;

namespace Plumbline.Packets.Flows;

/// <summary>TCP (RFC 9293): handshake, round trips, retransmissions, segments that never arrive.</summary>
public sealed partial class FlowTable
{
    /// <summary>A segment that fills a gap sooner than this was overtaken, not sent again (Wireshark's threshold too).</summary>
    private const long ReorderingNanoseconds = 3_000_000;

    private static void AddTcp(ref FlowState flow, bool isSwapped, ReadOnlySpan<byte> segment, in FrameHeaders headers, long time)
    {
        if (segment.Length < 16)
        {
            return;
        }
        var headerLength = (segment[12] >> 4) * 4;
        if (headerLength < TcpHeader.MinLength || headerLength > headers.TransportLength)
        {
            return;
        }
        var flags = (TcpFlags)segment[13];
        var sequence = BinaryPrimitives.ReadUInt32BigEndian(segment[4..]);
        var length = headers.TransportLength - headerLength;
        var numbers = (uint)length + ((flags & TcpFlags.Syn) != 0 ? 1u : 0) + ((flags & TcpFlags.Fin) != 0 ? 1u : 0);
        ref var sender = ref isSwapped ? ref flow.Side1 : ref flow.Side0;
        ref var receiver = ref isSwapped ? ref flow.Side0 : ref flow.Side1;
        sender.Data += length;
        if ((flags & TcpFlags.Syn) != 0)
        {
            TakeSyn(ref flow, ref sender, isSwapped, (flags & TcpFlags.Ack) != 0, time);
            if (sender.HasSequence && sequence != sender.NextSequence - 1 && unchecked((int)(sequence - sender.NextSequence)) > 0)
            {
                sender.HasSequence = false; // the ports used again
            }
        }
        if ((flags & TcpFlags.Rst) != 0)
        {
            sender.Resets++;
            flow.IsReset = true;
            flow.IsRefused |= flow.Handshake == HandshakeStep.Syn && isSwapped != (flow.Initiator == 1);
        }
        else if (numbers > 0)
        {
            TakeNumbers(ref sender, receiver, sequence, numbers, headers.IpLength, flow.HandshakeTime, time);
        }
        sender.HasFin |= (flags & TcpFlags.Fin) != 0;
        if ((flags & TcpFlags.Ack) != 0)
        {
            TakeAck(ref flow, ref sender, ref receiver, segment, flags, numbers, isSwapped, time);
        }
    }

    private static void TakeSyn(ref FlowState flow, ref TcpSide sender, bool isSwapped, bool isAnswer, long time)
    {
        sender.Syns++;
        var initiator = (byte)(isSwapped != isAnswer ? 1 : 0);
        if (!flow.IsInitiatorKnown)
        {
            flow.IsInitiatorKnown = true;
            flow.Initiator = initiator;
        }
        if (!isAnswer && flow.Handshake == HandshakeStep.NotSeen)
        {
            flow.Handshake = HandshakeStep.Syn;
            flow.SynAt = time;
        }
        else if (isAnswer && flow.Handshake == HandshakeStep.Syn)
        {
            flow.Handshake = HandshakeStep.SynAck;
        }
    }

    private static void TakeNumbers(
        ref TcpSide sender, in TcpSide receiver, uint sequence, uint numbers, int ipLength, long handshake, long time)
    {
        var end = sequence + numbers;
        if (!sender.HasSequence)
        {
            sender.HasSequence = true;
            sender.NextSequence = end;
            StartTiming(ref sender, end, time);
            NoteBig(ref sender, end, ipLength);
            return;
        }
        var ahead = unchecked((int)(sequence - sender.NextSequence));
        if (ahead >= 0)
        {
            if (ahead > 0)
            {
                sender.Gaps++;
                (sender.HoleStart, sender.HoleEnd, sender.HoleAt) = (sender.NextSequence, sequence, time);
            }
            sender.NextSequence = end;
            StartTiming(ref sender, end, time);
            NoteBig(ref sender, end, ipLength);
            return;
        }
        if (numbers == 1 && ahead == -1 && receiver.HasAck && receiver.LastAck == sender.NextSequence)
        {
            return; // keep-alive
        }
        var isInHole = sender.HoleEnd != sender.HoleStart && unchecked((int)(sequence - sender.HoleStart)) >= 0
            && unchecked((int)(end - sender.HoleEnd)) <= 0;
        if (isInHole && time - sender.HoleAt < Math.Max(ReorderingNanoseconds, handshake))
        {
            sender.Reordered++;
            return;
        }
        sender.Retransmissions++;
        sender.IsTiming = false; // Karn: whose answer would it be?
        if (unchecked((int)(end - sender.NextSequence)) > 0)
        {
            sender.NextSequence = end;
        }
        if (sender.StuckTimes > 0 && sender.StuckSequence == sequence)
        {
            sender.StuckTimes++;
            sender.StuckLength = ipLength;
            sender.StuckUntil = time;
        }
        else
        {
            (sender.StuckSequence, sender.StuckTimes, sender.StuckLength) = (sequence, 2, ipLength);
            (sender.StuckSince, sender.StuckUntil) = (time, time);
        }
    }

    private static void StartTiming(ref TcpSide sender, uint end, long time)
    {
        if (!sender.IsTiming)
        {
            (sender.IsTiming, sender.TimedEnd, sender.TimedAt) = (true, end, time);
        }
    }

    /// <summary>Watches the largest packet on its way, to know what size gets through.</summary>
    private static void NoteBig(ref TcpSide sender, uint end, int ipLength)
    {
        if (ipLength > sender.BigLength && ipLength > sender.LargestAcknowledged)
        {
            (sender.BigLength, sender.BigEnd) = (ipLength, end);
        }
    }

    private static void TakeAck(
        ref FlowState flow, ref TcpSide sender, ref TcpSide receiver, ReadOnlySpan<byte> segment, TcpFlags flags, uint numbers,
        bool isSwapped, long time)
    {
        var ack = BinaryPrimitives.ReadUInt32BigEndian(segment[8..]);
        var window = BinaryPrimitives.ReadUInt16BigEndian(segment[14..]);
        if (window == 0 && (flags & (TcpFlags.Rst | TcpFlags.Syn | TcpFlags.Fin)) == 0)
        {
            sender.ZeroWindows++;
        }
        if (flow.Handshake == HandshakeStep.SynAck && (flags & (TcpFlags.Syn | TcpFlags.Rst)) == 0 && isSwapped == (flow.Initiator == 1))
        {
            flow.Handshake = HandshakeStep.Done;
            flow.HandshakeTime = Math.Max(time - flow.SynAt, 0);
        }
        if (sender.HasAck && ack == sender.LastAck && numbers == 0 && window == sender.LastWindow && window != 0
            && (flags & TcpFlags.Rst) == 0 && receiver.HasSequence && unchecked((int)(receiver.NextSequence - ack)) > 0)
        {
            sender.DuplicateAcks++;
        }
        if (receiver.IsTiming && unchecked((int)(ack - receiver.TimedEnd)) >= 0)
        {
            receiver.IsTiming = false;
            receiver.AddRoundTrip(Math.Max(time - receiver.TimedAt, 0));
        }
        if (receiver.BigLength > 0 && unchecked((int)(ack - receiver.BigEnd)) >= 0)
        {
            // sent again in smaller pieces it was not this length that got through
            if (receiver.StuckTimes == 0 || receiver.StuckLength >= receiver.BigLength)
            {
                receiver.LargestAcknowledged = receiver.BigLength;
            }
            receiver.BigLength = 0;
        }
        if (receiver.StuckTimes > 0 && unchecked((int)(ack - receiver.StuckSequence)) > 0)
        {
            receiver.StuckTimes = 0;
        }
        sender.HasAck = true;
        sender.LastAck = ack;
        sender.LastWindow = window;
    }
}
