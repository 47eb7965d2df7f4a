using System.Buffers.Binary;
using Plumbline.Packets.Layers;

namespace Plumbline.Packets.Flows;

/// <summary>TCP (RFC 9293): handshake, round trips, retransmissions, segments that never arrive.</summary>
public sealed partial class FlowTable
{
    /// <summary>A segment that fills a gap sooner than this was overtaken, not sent again (Wireshark's threshold too).</summary>
    private const long ReorderingNanoseconds = 3_000_000;

    private const byte LeastCounted = 3;
    private const short NearIdentification = 4096;

    private static void AddTcp(ref FlowState flow, bool isSwapped, ReadOnlySpan<byte> segment, in FrameHeaders headers, ushort identification, long time)
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
            TakeNumbers(ref sender, receiver, sequence, numbers, headers.IpLength, identification, flow.HandshakeTime, time);
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
        ref TcpSide sender, in TcpSide receiver, uint sequence, uint numbers, int ipLength, ushort identification, long handshake, long time)
    {
        var end = sequence + numbers;
        if (identification != 0 && identification == sender.LastIdentification && sequence == sender.LastSequence && sender.HasSequence
            && time - sender.LastAt < ReorderingNanoseconds)
        {
            sender.Duplicates++; // one packet twice: the sender did not send it again
            return;
        }
        (sender.LastIdentification, sender.LastSequence, sender.LastAt) = (identification, sequence, time);
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
            NoteIdentification(ref sender, identification, isNext: true);
            if (ahead > 0)
            {
                sender.Gaps++;
                (sender.Holes ??= new()).Add(new(sender.NextSequence, sequence, time, identification));
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
        if (IsOvertaken(ref sender, sequence, end, identification, handshake, time))
        {
            sender.Reordered++;
            return;
        }
        NoteIdentification(ref sender, identification, isNext: false);
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

    /// <summary>
    /// What comes late was overtaken, not sent again, if it was sent before a segment that is here already: IPv4's identification tells where the
    /// sender counts (Linux: for each connection). Else it is if it fills a hole sooner than it could have been sent again.
    /// </summary>
    private static bool IsOvertaken(ref TcpSide sender, uint sequence, uint end, ushort identification, long handshake, long time)
    {
        var hole = default(TcpHole);
        var isInHole = sender.Holes is { } holes && holes.TryFill(sequence, end, out hole);
        if (sender.Counted >= LeastCounted && identification != 0)
        {
            var later = isInHole && hole.Identification != 0 ? hole.Identification : sender.NewestIdentification;
            if ((short)(later - identification) is > -NearIdentification and < NearIdentification and not 0 and var ahead)
            {
                return ahead > 0;
            }
        }
        return isInHole && time - hole.At < Math.Max(ReorderingNanoseconds, handshake);
    }

    private static void NoteIdentification(ref TcpSide sender, ushort identification, bool isNext)
    {
        var ahead = (short)(identification - sender.NewestIdentification);
        if (isNext)
        {
            sender.Counted = ahead is > 0 and < 64 ? (byte)Math.Min(sender.Counted + 1, LeastCounted) : (byte)0;
        }
        if (isNext || ahead > 0)
        {
            sender.NewestIdentification = identification;
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
