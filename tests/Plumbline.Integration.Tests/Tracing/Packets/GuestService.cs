using System.Net;
using System.Net.Sockets;
using Plumbline.Linux;

namespace Plumbline.Integration.Tests.Tracing.Packets;

/// <summary>Programs in a guest: TCP ports that the kernel accepts on, UDP ports that send back what they get.</summary>
internal sealed class GuestService : IDisposable
{
    private readonly List<Socket> _tcp = [];
    private readonly List<Socket> _udp = [];
    private readonly byte[] _buffer = new byte[2048];

    public GuestService(string namespaceFile, IEnumerable<int> ports)
    {
        using var inside = NetworkNamespace.Open(namespaceFile);
        foreach (var port in ports)
        {
            _tcp.Add(inside.Run(() => new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true }));
            _tcp[^1].Bind(new IPEndPoint(IPAddress.IPv6Any, port));
            _tcp[^1].Listen(512);
            _udp.Add(inside.Run(() => new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true }));
            _udp[^1].Bind(new IPEndPoint(IPAddress.IPv6Any, port));
            _udp[^1].Blocking = false;
        }
    }

    public void Answer()
    {
        foreach (var socket in _udp)
        {
            while (socket.Available > 0)
            {
                EndPoint from = new IPEndPoint(IPAddress.IPv6Any, 0);
                var length = socket.ReceiveFrom(_buffer, ref from);
                try
                {
                    socket.SendTo(_buffer.AsSpan(0, length), from);
                }
                catch (SocketException e) when (e.SocketErrorCode is SocketError.HostUnreachable or SocketError.NetworkUnreachable)
                {
                    // it would have had to ask for its MAC, which somebody prevents: no answer, then
                }
            }
        }
    }

    public void Dispose()
    {
        _tcp.ForEach(s => s.Dispose());
        _udp.ForEach(s => s.Dispose());
    }
}
