using System.Net.Sockets;
using Plumbline.Integration.Tests.Capture;
using Plumbline.Linux;
using Plumbline.Linux.Netlink;

namespace Plumbline.Integration.Tests.Tracing.Packets;

/// <summary>The NIC of a guest, frame by frame: sends any, and keeps all that come in.</summary>
internal sealed class RawNic : IDisposable
{
    private const int EveryProtocol = 0x0300;   // ETH_P_ALL in network order
    private const int PacketLevel = 263;        // SOL_PACKET
    private const int IgnoreOutgoing = 23;      // PACKET_IGNORE_OUTGOING
    private readonly Socket _socket;
    private readonly PacketEndPoint _device;
    private readonly byte[] _buffer = new byte[65536];

    private RawNic(Socket socket, int device)
    {
        (_socket, _device) = (socket, new(device));
        socket.Blocking = false;
        socket.ReceiveBufferSize = 4 << 20;
        socket.SetRawSocketOption(PacketLevel, IgnoreOutgoing, [1, 0, 0, 0]);
    }

    /// <summary>What came in and was not cleared.</summary>
    public List<byte[]> Seen { get; } = [];

    public static RawNic Open(string namespaceFile, string device)
    {
        using var inside = NetworkNamespace.Open(namespaceFile);
        using var netlink = RouteNetlink.Open(inside);
        return new(inside.Run(() => new Socket(AddressFamily.Packet, SocketType.Raw, (ProtocolType)EveryProtocol)), netlink.FindLink(device)!.IfIndex);
    }

    public void Send(byte[] frame) => _socket.SendTo(frame, _device);

    /// <summary>Takes what waits; returns how many frames.</summary>
    public int Drain()
    {
        var count = 0;
        while (_socket.Available > 0)
        {
            var length = _socket.Receive(_buffer);
            Seen.Add(_buffer[..length]);
            count++;
        }
        return count;
    }

    public void Dispose() => _socket.Dispose();
}
