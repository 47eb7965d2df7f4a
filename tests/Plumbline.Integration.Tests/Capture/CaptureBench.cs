using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Plumbline.Linux.Capture;
using Plumbline.Packets.Pcapng;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Capture;

/// <summary>
/// A namespace with a veth pair, v0 and v1, both up, silent (no IPv6, no addresses): frames put into v1 come out of v0.
/// tcpdump can be started inside as a judge.
/// </summary>
internal sealed class CaptureBench : IDisposable
{
    private readonly TestNamespace _test = TestNamespace.Create("cap");
    private readonly List<Socket> _sockets = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("plt-capture-").FullName;

    public CaptureBench()
    {
        Shell("sysctl -qw net.ipv6.conf.default.disable_ipv6=1 net.ipv6.conf.all.disable_ipv6=1");
        Ip("link add v0 type veth peer name v1");
        Ip("link set v0 up");
        Ip("link set v1 up");
        V1 = Sender("v1");
        V0 = Sender("v0");
    }

    /// <summary>Sends frames through v0: on v0 they are outgoing.</summary>
    public Socket V0 { get; }

    /// <summary>Sends frames through v1: on v0 they are incoming.</summary>
    public Socket V1 { get; }

    public TestNamespace Test => _test;

    public void Ip(string arguments) => _test.Run("ip", arguments.Split(' '));

    public void Shell(string command) => _test.Run("sh", "-c", command);

    public string File(string name) => Path.Join(_folder, name);

    public PacketCapture Open(string device = "v0", string? filter = null, bool incomingOnly = false, int snapLength = 262_144) =>
        PacketCapture.Open(new()
        {
            Device = device,
            Namespace = _test.Namespace,
            Filter = filter,
            IncomingOnly = incomingOnly,
            SnapLength = snapLength,
        });

    /// <summary>A packet socket that sends whole frames through <paramref name="device"/>.</summary>
    public Socket Sender(string device)
    {
        var socket = Sender(_test, device);
        _sockets.Add(socket);
        return socket;
    }

    /// <summary>The same for any namespace; the caller's to dispose of.</summary>
    public static Socket Sender(TestNamespace test, string device)
    {
        var ifIndex = int.Parse(test.Run("ip", "-o", "link", "show", device).Split(':')[0], CultureInfo.InvariantCulture);
        var socket = test.Namespace.Run(() => new Socket(AddressFamily.Packet, SocketType.Raw, 0));
        socket.Bind(new PacketEndPoint(ifIndex));
        return socket;
    }

    /// <summary>Starts tcpdump inside and returns when it listens.</summary>
    public Tcpdump StartTcpdump(string device, string file, string filter = "") =>
        new(_test, device, File(file), filter);

    /// <summary>All packets of a capture file.</summary>
    public static List<RecordedPacket> ReadFile(string path)
    {
        using var stream = System.IO.File.OpenRead(path);
        var reader = new PcapngReader(stream, path);
        var packets = new List<RecordedPacket>();
        while (reader.ReadPacket() is { } packet)
        {
            packets.Add(packet);
        }
        return packets;
    }

    /// <summary>Stops and reads to the end.</summary>
    public static List<byte[]> Drain(PacketCapture capture)
    {
        capture.Stop();
        var packets = new List<byte[]>();
        while (capture.Read(Timeout.InfiniteTimeSpan, (in packet, data) => packets.Add(data.ToArray())) >= 0)
        {
        }
        return packets;
    }

    /// <summary>An IPv4/UDP frame of <paramref name="length"/> bytes without tags, numbered in its payload.</summary>
    public static byte[] UdpFrame(int number, int length = 60, params ushort[] tags)
    {
        byte[] frame =
        [
            0x02, 0, 0, 0, 0, 2, 0x02, 0, 0, 0, 0, 1,
            .. tags.SelectMany((tag, i) => new byte[] { (byte)(i < tags.Length - 1 ? 0x88 : 0x81), (byte)(i < tags.Length - 1 ? 0xA8 : 0), (byte)(tag >> 8), (byte)tag }),
            0x08, 0,
            0x45, 0, (byte)((length - 14) >> 8), (byte)(length - 14), (byte)(number >> 8), (byte)number, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
            (byte)(1000 + number % 5 >> 8), (byte)(1000 + number % 5), 7, 0xD0, (byte)((length - 34) >> 8), (byte)(length - 34), 0, 0,
            (byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number,
        ];
        Array.Resize(ref frame, length + 4 * tags.Length);
        return frame;
    }

    /// <summary>The number in a frame of <see cref="UdpFrame"/> without tags.</summary>
    public static int NumberOf(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadInt32BigEndian(frame[42..]);

    public static void WaitUntil(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"not within 20 s: {what}");
            Thread.Yield();
        }
    }

    public void Dispose()
    {
        _sockets.ForEach(socket => socket.Dispose());
        Directory.Delete(_folder, recursive: true);
        _test.Dispose();
    }
}
