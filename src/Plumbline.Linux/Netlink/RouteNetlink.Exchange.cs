using System.Runtime.InteropServices;
using Plumbline.Linux.Native;
using Plumbline.Linux.Netlink.Protocol;

namespace Plumbline.Linux.Netlink;

/// <summary>
/// One request and its answers. A dump comes as many messages in many datagrams and ends with NLMSG_DONE; anything else is asked
/// with NLM_F_ACK and ends with NLMSG_ERROR, whose number 0 means success.
/// </summary>
public sealed partial class RouteNetlink
{
    /// <summary>
    /// How often a dump is begun again where things changed under it (NLM_F_DUMP_INTR: something may be missing or there twice).
    /// </summary>
    private const int Attempts = 16;

    /// <summary>The kernel fills up to 32 KiB at a time when it sees that so much is read; doubled, a message is never cut.</summary>
    private byte[] _buffer = new byte[64 << 10];

    private uint _sequence;

    /// <summary>Takes one message from behind its netlink header.</summary>
    private delegate void MessageHandler(RouteMessage type, ReadOnlySpan<byte> payload);

    private delegate T? MessageParser<T>(ReadOnlySpan<byte> payload)
        where T : class;

    private enum Answer
    {
        Complete,

        /// <summary>The list changed under the dump.</summary>
        Interrupted,

        /// <summary>A datagram was longer than the buffer (now enlarged), or the socket's buffer overflowed.</summary>
        Lost,
    }

    /// <summary>Asks for all of one kind, from the beginning again until the answer is consistent.</summary>
    private List<T> Dump<T>(string what, Func<MessageWriter> request, RouteMessage answer, MessageParser<T> parse)
        where T : class
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var list = new List<T>();
            var outcome = Exchange($"list {what}", request(), (type, payload) =>
            {
                if (type == answer && parse(payload) is { } item)
                {
                    list.Add(item);
                }
            });
            if (outcome == Answer.Complete)
            {
                return list;
            }
        }
        throw Problems.KeepsChanging(what, Attempts, _where);
    }

    /// <summary>Asks for a change, or for one thing; where the answer did not fit it is asked for again.</summary>
    private void Request(string what, MessageWriter request, MessageHandler? handler = null)
    {
        while (Exchange(what, request, handler) == Answer.Lost)
        {
        }
    }

    private Answer Exchange(string what, MessageWriter request, MessageHandler? handler)
    {
        var sequence = ++_sequence;
        var message = request.Finish(sequence);
        if (Libc.send(_socket, message, message.Length, 0) < 0)
        {
            throw Problems.Netlink(what, Libc.Errno, null, _where);
        }
        var outcome = Answer.Complete;
        while (true)
        {
            var length = Receive(what);
            if (length < 0)
            {
                // what was lost may have been the end, so there is nothing to wait for
                Drain();
                return Answer.Lost;
            }
            try
            {
                if (ReadDatagram(what, _buffer.AsSpan(0, length), sequence, handler, ref outcome))
                {
                    return outcome;
                }
            }
            catch (InvalidDataException e)
            {
                throw Problems.Malformed(what, e, _where);
            }
        }
    }

    /// <summary>True where the datagram held the end of the answer.</summary>
    private bool ReadDatagram(
        string what, ReadOnlySpan<byte> rest, uint sequence, MessageHandler? handler, ref Answer outcome)
    {
        while (rest.Length >= MessageWriter.HeaderLength)
        {
            // struct nlmsghdr { u32 length; u16 type; u16 flags; u32 sequence; u32 port; }
            var length = MemoryMarshal.Read<uint>(rest);
            var type = (RouteMessage)MemoryMarshal.Read<ushort>(rest[4..]);
            var flags = (MessageFlags)MemoryMarshal.Read<ushort>(rest[6..]);
            if (length < MessageWriter.HeaderLength || length > rest.Length)
            {
                throw new InvalidDataException($"a netlink message of {length} bytes where {rest.Length} are left");
            }
            var payload = rest[MessageWriter.HeaderLength..(int)length];
            var isOurs = MemoryMarshal.Read<uint>(rest[8..]) == sequence;
            rest = rest[Math.Min(AttributeReader.Align((int)length), rest.Length)..];
            if (!isOurs)
            {
                continue; // of a dump that we gave up
            }
            if (flags.HasFlag(MessageFlags.NLM_F_DUMP_INTR) && flags.HasFlag(MessageFlags.NLM_F_MULTI))
            {
                outcome = Answer.Interrupted;
            }
            switch (type)
            {
                case RouteMessage.NLMSG_NOOP:
                    break;
                case RouteMessage.NLMSG_DONE:
                    ThrowIfRefused(what, payload, (ErrorFlags)flags, sizeof(int));
                    return true;
                case RouteMessage.NLMSG_ERROR:
                    ThrowIfRefused(what, payload, (ErrorFlags)flags, ErrorHeaderLength(payload, (ErrorFlags)flags));
                    return true;
                default:
                    handler?.Invoke(type, payload);
                    break;
            }
        }
        return false;
    }

    /// <summary>
    /// <c>struct nlmsgerr { int error; struct nlmsghdr request; }</c>, then the request's body unless it is capped (NETLINK_CAP_ACK).
    /// </summary>
    private static int ErrorHeaderLength(ReadOnlySpan<byte> payload, ErrorFlags flags)
    {
        var length = sizeof(int) + MessageWriter.HeaderLength;
        if (!flags.HasFlag(ErrorFlags.NLM_F_CAPPED) && payload.Length >= length)
        {
            var request = AttributeReader.Align((int)MemoryMarshal.Read<uint>(payload[sizeof(int)..]));
            length = Math.Clamp(sizeof(int) + request, length, payload.Length);
        }
        return length;
    }

    /// <summary>The payload begins with a negative error number, or 0; behind the header may stand the kernel's own words.</summary>
    private void ThrowIfRefused(string what, ReadOnlySpan<byte> payload, ErrorFlags flags, int headerLength)
    {
        var errno = payload.Length < sizeof(int) ? 0 : -MemoryMarshal.Read<int>(payload);
        if (errno <= 0)
        {
            return; // of NLMSG_DONE a positive number is a length
        }
        string? words = null;
        if (flags.HasFlag(ErrorFlags.NLM_F_ACK_TLVS) && payload.Length > headerLength)
        {
            var attributes = new AttributeReader(payload[headerLength..]);
            while (attributes.Read())
            {
                if ((ErrorAttribute)attributes.Type == ErrorAttribute.NLMSGERR_ATTR_MSG)
                {
                    words = attributes.Text();
                }
            }
        }
        throw Problems.Netlink(what, errno, words, _where);
    }

    /// <summary>One datagram of the kernel into the buffer; its length, or -1 where something was lost.</summary>
    private int Receive(string what)
    {
        Span<byte> sender = stackalloc byte[12]; // struct sockaddr_nl
        while (true)
        {
            var senderLength = sender.Length;
            var length = (int)Libc.recvfrom(_socket, _buffer, _buffer.Length, Libc.MSG_TRUNC, sender, ref senderLength);
            if (length < 0)
            {
                switch (Libc.Errno)
                {
                    case Libc.EINTR:
                        continue;
                    case Libc.ENOBUFS:
                        return -1;
                    case Libc.EAGAIN:
                        throw Problems.NoAnswer(what, AnswerSeconds, _where);
                    case var errno:
                        throw Problems.Netlink(what, errno, null, _where);
                }
            }
            if (MemoryMarshal.Read<uint>(sender[4..]) != 0)
            {
                continue; // port 0 is the kernel; any process may write to us
            }
            if (length <= _buffer.Length)
            {
                return length;
            }
            _buffer = new byte[Math.Max(length, 2 * _buffer.Length)];
            return -1;
        }
    }

    /// <summary>Reads away what still waits, so that the next request may be sent; whatever comes later has an old number.</summary>
    private void Drain()
    {
        const int MSG_DONTWAIT = 0x40;
        Span<byte> sender = stackalloc byte[12];
        var senderLength = sender.Length;
        while (Libc.recvfrom(_socket, _buffer, _buffer.Length, MSG_DONTWAIT, sender, ref senderLength) >= 0)
        {
            senderLength = sender.Length;
        }
    }
}
