using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Plumbline.Linux;
using Plumbline.Operations.Labs;

namespace Plumbline.Integration.Tests.Timing;

/// <summary>UDP datagrams of one VM to another that bear <see cref="FrameHolder.Mark"/>, at a steady pace.</summary>
internal static class HeldTraffic
{
    /// <summary>Sends, and returns when all are sent.</summary>
    /// <param name="from">The sender.</param>
    /// <param name="to">Where somebody must take them.</param>
    /// <param name="count">How many.</param>
    /// <param name="interval">From one to the next.</param>
    /// <param name="port">From which.</param>
    public static void Send(LabInstance from, LabInstance to, int count, TimeSpan interval, int port = 40000)
    {
        using var sender = Bind(from.NamespaceFile, port);
        using var receiver = Bind(to.NamespaceFile, HeldLab.Port);
        var random = new Random(count);
        var target = new IPEndPoint(to.Address, HeldLab.Port);
        var start = HolderNative.Now;
        for (var i = 0; i < count; i++)
        {
            var due = start + (long)(interval.TotalMicroseconds * 1000 * i);
            while (HolderNative.Now is var now && now < due)
            {
                HolderNative.Wait([], due - now);
            }
            var payload = new byte[16 + random.Next(1200)];
            random.NextBytes(payload);
            FrameHolder.Mark.CopyTo(payload);
            BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(8), i);
            sender.SendTo(payload, target);
        }
    }

    private static Socket Bind(string namespaceFile, int port)
    {
        using var space = NetworkNamespace.Open(namespaceFile);
        var socket = space.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        return socket;
    }
}
