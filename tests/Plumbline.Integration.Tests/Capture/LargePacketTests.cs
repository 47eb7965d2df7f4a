using System.Net;
using System.Net.Sockets;
using Plumbline.Linux.Capture;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Capture;

/// <summary>
/// What a guest's device hands over before it is cut to the MTU (TSO, GSO), or after it was put together (GRO): one packet of up to 64 KiB, with
/// IPv6's jumbo payload more. It is one packet of the capture, whole or cut to the snap length, with its length told.
/// </summary>
public sealed class LargePacketTests
{
    private const int Sent = 20_000_000;

    [SkippableTheory]
    [InlineData(65_536, 60_000)]
    [InlineData(180_000, 100_000)] // BIG TCP
    public async Task They_are_captured_whole_and_cut_to_the_snap_length(int most, int atLeast)
    {
        Root.SkipUnlessRoot();
        using var here = TestNamespace.Create("large");
        using var there = TestNamespace.Create("peer");
        here.Run("ip", "link", "add", "v0", "type", "veth", "peer", "name", "v1", "netns", there.Path);
        foreach (var (side, device, address) in new[] { (here, "v0", "fd00::1/64"), (there, "v1", "fd00::2/64") })
        {
            side.Run("ip", "link", "set", "dev", device, "gso_max_size", $"{most}", "gro_max_size", $"{most}");
            side.Run("ip", "-6", "addr", "add", address, "dev", device, "nodad");
            side.Run("ip", "link", "set", "dev", device, "up");
        }
        using var whole = Open(here, 262_144);
        using var cut = Open(here, 96);
        using var listener = there.Namespace.Run(() => new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp));
        using var sender = here.Namespace.Run(() => new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(IPAddress.Parse("fd00::2"), 5001));
        listener.Listen();
        await sender.ConnectAsync(new IPEndPoint(IPAddress.Parse("fd00::2"), 5001));
        using var receiver = await listener.AcceptAsync();
        var sending = Task.Run(() =>
        {
            var bytes = new byte[1 << 20];
            for (var left = Sent; left > 0;)
            {
                left -= sender.Send(bytes.AsSpan(0, Math.Min(left, bytes.Length)));
            }
        });
        var buffer = new byte[1 << 20];
        for (var got = 0; got < Sent;)
        {
            got += await receiver.ReceiveAsync(buffer);
        }
        await sending;

        var last = PacketCapture.RealTime();
        whole.Stop(last); // the same moment for both
        cut.Stop(last);
        var all = Drain(whole);
        var heads = Drain(cut);
        Assert.Equal(new(0, 0), (whole.ReadStatistics().Dropped, cut.ReadStatistics().Dropped));
        Assert.Contains(all, p => p.OriginalLength >= atLeast);
        Assert.All(all, p => Assert.Equal(p.OriginalLength, p.Length));
        Assert.Equal(DataOf(all), DataOf(heads));
        Assert.All(heads, p => Assert.Equal(Math.Min(p.OriginalLength, 96), p.Length));
        Assert.True(all.Sum(p => (long)p.Length) >= Sent);
    }

    /// <summary>Lengths of what was sent; an acknowledgement of the last moment may be in one capture alone, since each stamps its own copy.</summary>
    private static IEnumerable<int> DataOf(List<(int OriginalLength, int Length)> packets) =>
        packets.Select(p => p.OriginalLength).Where(l => l > 200).Order();

    private static PacketCapture Open(TestNamespace test, int snapLength) => PacketCapture.Open(new()
    {
        Device = "v0",
        Namespace = test.Namespace,
        Filter = "ip6 proto 6 or ip6[6] == 0", // a jumbo payload has a hop-by-hop header
        SnapLength = snapLength,
        RingBytes = 64 << 20,
    });

    private static List<(int OriginalLength, int Length)> Drain(PacketCapture capture)
    {
        var packets = new List<(int, int)>();
        while (capture.Read(Timeout.InfiniteTimeSpan, (in packet, data) => packets.Add((packet.OriginalLength, data.Length))) >= 0)
        {
        }
        return packets;
    }
}
