using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Timing;

/// <summary>Packets that bear <see cref="FrameHolder.Mark"/>, from one namespace to another, at a steady pace.</summary>
internal static class ChainTraffic
{
    /// <summary>Where they go.</summary>
    public const int Port = 9000;

    /// <summary>Datagrams.</summary>
    /// <param name="from">Sender.</param>
    /// <param name="to">Where somebody takes them.</param>
    /// <param name="target">Address to send to.</param>
    /// <param name="count">How many.</param>
    /// <param name="interval">From one to the next.</param>
    /// <param name="payload">By number.</param>
    /// <param name="times">Each so many times, one right behind the other.</param>
    public static void SendDatagrams(
        TestNamespace from, TestNamespace to, string target, int count, TimeSpan interval, Func<int, byte[]> payload, int times = 1)
    {
        var address = IPAddress.Parse(target);
        using var sender = Open(from, address.AddressFamily, 40000);
        using var receiver = Open(to, address.AddressFamily, Port);
        var start = HolderNative.Now;
        for (var i = 0; i < count; i++)
        {
            Await(start + (long)(interval.TotalMicroseconds * 1000 * i));
            var bytes = payload(i);
            for (var time = 0; time < times; time++)
            {
                sender.SendTo(bytes, new IPEndPoint(address, Port));
            }
        }
        Await(HolderNative.Now + 200_000_000); // the last ones shall find somebody who takes them
    }

    /// <summary>One TCP connection that carries so many bytes, a write at a time.</summary>
    public static void SendStream(TestNamespace from, TestNamespace to, string target, int writes, int length, TimeSpan interval)
    {
        var address = IPAddress.Parse(target);
        using var listener = to.Namespace.Run(() => new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(address.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, Port));
        listener.Listen();
        using var sender = from.Namespace.Run(() => new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        sender.NoDelay = true;
        sender.Connect(address, Port);
        using var accepted = listener.Accept();
        var total = (long)writes * length;
        var reader = Task.Run(() =>
        {
            var buffer = new byte[256 * 1024];
            for (var left = total; left > 0;)
            {
                var read = accepted.Receive(buffer);
                Assert.True(read > 0, "the connection ended early");
                left -= read;
            }
        });
        var bytes = Marked(length);
        var start = HolderNative.Now;
        for (var i = 0; i < writes; i++)
        {
            Await(start + (long)(interval.TotalMicroseconds * 1000 * i));
            for (var sent = 0; sent < length;)
            {
                sent += sender.Send(bytes.AsSpan(sent));
            }
        }
        Assert.True(reader.Wait(TimeSpan.FromSeconds(60)), "the other side did not get all bytes");
    }

    /// <summary>Random bytes behind mark and number.</summary>
    public static byte[] Numbered(int number, int length)
    {
        var bytes = new byte[length];
        new Random(number).NextBytes(bytes);
        FrameHolder.Mark.CopyTo(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(8), number);
        return bytes;
    }

    /// <summary>Nothing but marks and a byte that shifts them: every piece of it has one, no two pieces are the same.</summary>
    public static byte[] Marked(int length, int number = 0)
    {
        var bytes = new byte[length];
        for (var at = 0; at + 16 <= length; at += 16)
        {
            FrameHolder.Mark.CopyTo(bytes.AsSpan(at));
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at + 8), at);
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at + 12), number);
        }
        return bytes;
    }

    /// <summary>Waits until a time of <see cref="HolderNative.Now"/>.</summary>
    public static void Await(long due)
    {
        while (HolderNative.Now is var now && now < due)
        {
            HolderNative.Wait([], due - now);
        }
    }

    private static Socket Open(TestNamespace space, AddressFamily family, int port)
    {
        var socket = space.Namespace.Run(() => new Socket(family, SocketType.Dgram, ProtocolType.Udp));
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, port));
        return socket;
    }
}
