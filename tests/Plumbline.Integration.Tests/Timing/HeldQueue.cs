using System.Buffers.Binary;
using System.Net.Sockets;
using Plumbline.Linux;

namespace Plumbline.Integration.Tests.Timing;

/// <summary>
/// Holds the packets that a rule <c>-j NFQUEUE</c> hands out, and gives the kernel its verdict: between the two ports of a Linux bridge, or in
/// a router (linux/netfilter/nfnetlink_queue.h). The kernel's own time of a packet's arrival comes with it.
/// </summary>
internal sealed class HeldQueue : FrameHolder
{
    private const int Header = 20; // nlmsghdr, nfgenmsg
    private const ushort Subsystem = 3 << 8; // NFNL_SUBSYS_QUEUE
    private const ushort NFQNL_MSG_PACKET = 0;
    private const ushort NFQNL_MSG_VERDICT = 1;
    private const ushort NFQNL_MSG_CONFIG = 2;
    private const int SOL_SOCKET = 1;
    private const int SO_RCVBUFFORCE = 33;

    private readonly Socket _socket;
    private readonly ushort _queue;
    private readonly byte[] _buffer = new byte[128 * 1024];
    private readonly byte[] _verdict = new byte[Header + 12];

    public HeldQueue(NetworkNamespace space, ushort queue)
    {
        _queue = queue;
        _socket = space.Run(() => HolderNative.OpenNetlink(HolderNative.NETLINK_NETFILTER));
        _socket.SetRawSocketOption(SOL_SOCKET, SO_RCVBUFFORCE, BitConverter.GetBytes(8 << 20));
        Configure(1, [1, 0, 0, 0]); // NFQA_CFG_CMD: bind
        Configure(2, [0, 0, 255, 255, 2]); // NFQA_CFG_PARAMS: whole packets
        Configure(3, [0, 0, 64, 0]); // NFQA_CFG_QUEUE_MAXLEN: 16384
        _socket.Blocking = false;
        Start();
    }

    protected override IReadOnlyList<Socket> Sockets => [_socket];

    protected override bool TryTake(int side, out HeldFrame frame)
    {
        while (true)
        {
            frame = default;
            var length = _socket.Receive(_buffer, 0, _buffer.Length, SocketFlags.None, out var error);
            if (error != SocketError.Success || length < Header)
            {
                return false;
            }
            if (BinaryPrimitives.ReadUInt16LittleEndian(_buffer.AsSpan(4)) == (Subsystem | NFQNL_MSG_PACKET))
            {
                frame = Read(_buffer.AsSpan(Header..length));
                return true;
            }
            // the answer to a configuration: an error number of 0
            Assert.Equal(0, BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(16)));
        }
    }

    protected override void Release(in HeldFrame frame) => Decide(frame.Id, 1);

    protected override void Discard(in HeldFrame frame) => Decide(frame.Id, 0);

    private static HeldFrame Read(ReadOnlySpan<byte> attributes)
    {
        var (id, arrived, data) = (0u, HolderNative.Now, Array.Empty<byte>());
        while (attributes.Length >= 4)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(attributes);
            var value = attributes[4..length];
            switch (BinaryPrimitives.ReadUInt16LittleEndian(attributes[2..]) & 0x3FFF)
            {
                case 1: // NFQA_PACKET_HDR
                    id = BinaryPrimitives.ReadUInt32BigEndian(value);
                    break;
                case 4: // NFQA_TIMESTAMP: seconds and microseconds
                    arrived = BinaryPrimitives.ReadInt64BigEndian(value) * 1_000_000_000
                        + BinaryPrimitives.ReadInt64BigEndian(value[8..]) * 1000;
                    break;
                case 10: // NFQA_PAYLOAD
                    data = value.ToArray();
                    break;
            }
            attributes = attributes[Math.Min((length + 3) & ~3, attributes.Length)..];
        }
        return new(0, id, data, arrived);
    }

    private void Decide(uint id, int verdict)
    {
        Fill(_verdict, NFQNL_MSG_VERDICT, 1);
        BinaryPrimitives.WriteUInt16LittleEndian(_verdict.AsSpan(Header), 12);
        BinaryPrimitives.WriteUInt16LittleEndian(_verdict.AsSpan(Header + 2), 2); // NFQA_VERDICT_HDR
        BinaryPrimitives.WriteInt32BigEndian(_verdict.AsSpan(Header + 4), verdict);
        BinaryPrimitives.WriteUInt32BigEndian(_verdict.AsSpan(Header + 8), id);
        _socket.Send(_verdict);
    }

    private void Configure(ushort attribute, ReadOnlySpan<byte> value)
    {
        var message = new byte[Header + 4 + ((value.Length + 3) & ~3)];
        Fill(message, NFQNL_MSG_CONFIG, 5); // NLM_F_REQUEST, NLM_F_ACK
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(Header), (ushort)(4 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(Header + 2), attribute);
        value.CopyTo(message.AsSpan(Header + 4));
        _socket.Send(message);
    }

    private void Fill(byte[] message, ushort type, ushort flags)
    {
        BinaryPrimitives.WriteInt32LittleEndian(message, message.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(4), (ushort)(Subsystem | type));
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(6), flags);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(Header - 2), _queue);
    }
}
