using System.Net.Sockets;
using Plumbline.Integration.Tests.Capture;
using Plumbline.Linux;
using Plumbline.Linux.Netlink;

namespace Plumbline.Integration.Tests.Timing;

/// <summary>A wire that was cut: what one device receives the other sends, through our hands, both ways, VLAN tags and all.</summary>
internal sealed class WireCut : FrameHolder
{
    private const int SOL_SOCKET = 1;
    private const int SO_RCVBUFFORCE = 33;
    private const int SOL_PACKET = 263;
    private const int PACKET_AUXDATA = 8;
    private const int PACKET_IGNORE_OUTGOING = 23;
    private const int EveryProtocol = 0x0300; // ETH_P_ALL in network byte order

    private readonly Socket[] _sockets;
    private readonly FrameReader _reader = new();

    /// <summary>Joins two devices of a namespace, which must be up.</summary>
    public WireCut(NetworkNamespace space, string one, string other)
    {
        using var netlink = RouteNetlink.Open(space);
        _sockets = [Open(space, netlink, one), Open(space, netlink, other)];
        Start();
    }

    protected override IReadOnlyList<Socket> Sockets => _sockets;

    protected override bool TryTake(int side, out HeldFrame frame)
    {
        frame = default;
        var length = _reader.Read(_sockets[side]);
        if (length <= 0)
        {
            return false;
        }
        frame = new(side, 0, _reader.Buffer[..length], HolderNative.StampOf(_sockets[side]));
        return true;
    }

    protected override void Release(in HeldFrame frame) =>
        _sockets[1 - frame.Side].Send(frame.Data, 0, frame.Data.Length, SocketFlags.None, out _); // the far side is down: lost, as on a wire

    protected override void Discard(in HeldFrame frame)
    {
    }

    private static Socket Open(NetworkNamespace space, RouteNetlink netlink, string device)
    {
        var link = netlink.FindLink(device) ?? throw new InvalidOperationException($"no {device}");
        var socket = space.Run(() => new Socket(AddressFamily.Packet, SocketType.Raw, (ProtocolType)EveryProtocol));
        socket.SetRawSocketOption(SOL_SOCKET, SO_RCVBUFFORCE, BitConverter.GetBytes(8 << 20));
        socket.SetRawSocketOption(SOL_PACKET, PACKET_IGNORE_OUTGOING, BitConverter.GetBytes(1));
        socket.SetRawSocketOption(SOL_PACKET, PACKET_AUXDATA, BitConverter.GetBytes(1));
        socket.Bind(new PacketEndPoint(link.IfIndex));
        socket.Blocking = false;
        _ = HolderNative.StampOf(socket);
        return socket;
    }
}
