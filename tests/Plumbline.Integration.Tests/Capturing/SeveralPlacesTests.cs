using Plumbline.Packets.Pcapng;

namespace Plumbline.Integration.Tests.Capturing;

/// <summary>Several places in one file, on real OVS: what it holds, and what is left behind however it ends.</summary>
public sealed class SeveralPlacesTests
{
    private const string Places = "tap,qvb,qvo,br-int,tunnel";

    [SkippableFact]
    public async Task Each_packet_is_seen_at_each_hop_in_the_order_of_time_and_the_file_names_the_hops()
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        var file = node.Folder + "/out.pcapng";
        using var plumb = Start(node, "--filter", "icmp", "-w", file).WaitUntilReady();
        node.Ping(CaptureNode.RouterAddress, 20, 0.01);
        plumb.Signal("INT");
        Assert.Equal(130, plumb.WaitForExit());
        var (interfaces, packets) = Read(file);
        Assert.Equal(["tap", "qvb", "qvo", "br-int", "tunnel"], interfaces.Select(i => i.Hop!.Kind));
        Assert.Equal([1, 2, 3, 4, 5], interfaces.Select(i => i.Hop!.Number));
        Assert.All(interfaces, i => Assert.StartsWith(i.Hop!.Clock!, File.ReadAllText("/proc/sys/kernel/random/boot_id"), StringComparison.Ordinal));
        Assert.Equal(packets.Select(p => p.Time).Order(), packets.Select(p => p.Time));
        for (var hop = 0; hop < 4; hop++) // nothing for the router goes by the tunnel
        {
            Assert.Equal(40, packets.Count(p => p.Interface == hop));
            Assert.Equal(40UL, interfaces[hop].Statistics!.Delivered);
        }
        AssertAsBefore(before, node);
    }

    [SkippableTheory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 130)]
    [InlineData("HUP", 130)]
    [InlineData("KILL", 137)]
    public async Task Signal_leaves_nothing_behind(string signal, int status)
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        var file = node.Folder + "/out.pcapng";
        using var plumb = Start(node, "-w", file).WaitUntilReady();
        node.Ping(CaptureNode.RouterAddress, 5);
        CaptureNode.Until(() => Read(file).Packets.Count >= 10, "packets are in the file");
        plumb.Signal(signal);
        Assert.Equal(status, plumb.WaitForExit());
        Assert.NotEmpty(Read(file).Packets);
        AssertAsBefore(before, node);
    }

    [SkippableFact]
    public async Task A_hop_that_vanishes_ends_the_capture_and_says_which()
    {
        await using var node = await CaptureNode.StartAsync();
        var file = node.Folder + "/out.pcapng";
        node.Namespace.Run("ip", "link", "add", "extra0", "type", "veth", "peer", "name", "extra1");
        node.Namespace.Run("ip", "link", "set", "extra0", "up");
        node.Namespace.Run("ip", "link", "set", "extra1", "up");
        using var plumb = PlumbProcess.Start(node, "capture", CaptureNode.Tap, "extra0", "-w", file).WaitUntilReady();
        node.Ping(CaptureNode.RouterAddress, 3);
        node.Namespace.Run("ip", "link", "del", "extra0");
        Assert.Equal(2, plumb.WaitForExit());
        Assert.Contains("the capture at extra0", plumb.Error, StringComparison.Ordinal);
        Assert.NotEmpty(Read(file).Packets);
    }

    [SkippableFact]
    public async Task Restarted_ovsdb_server_is_waited_for()
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        using var plumb = Start(node, "-w", node.Folder + "/out.pcapng").WaitUntilReady();
        node.Server.Kill();
        await node.Server.StartProcessAsync();
        node.Vsctl("set", "Open_vSwitch", ".", "external_ids:hostname=capture-test");
        node.Ping(CaptureNode.RouterAddress, 3);
        plumb.Signal("INT");
        Assert.Equal(130, plumb.WaitForExit());
        AssertAsBefore(before, node);
    }

    [SkippableFact]
    public async Task Reader_that_closes_the_pipe_ends_it()
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        using var plumb = PlumbProcess.Start(node, false, "capture", CaptureNode.Tap, "--at", Places, "-w", "-").WaitUntilReady();
        await plumb.Process.StandardOutput.BaseStream.ReadExactlyAsync(new byte[28]);
        plumb.Process.StandardOutput.Close();
        Assert.Equal(0, plumb.WaitForExit());
        AssertAsBefore(before, node);
    }

    [SkippableFact]
    public async Task Slow_reader_loses_packets_only_with_the_loss_counted()
    {
        await using var node = await CaptureNode.StartAsync();
        var pipe = node.Folder + "/pipe";
        node.Namespace.Run("mkfifo", pipe);
        using var read = new MemoryStream();
        var reading = Task.Run(() =>
        {
            using var stream = File.OpenRead(pipe);
            var buffer = new byte[4096];
            for (var until = DateTime.UtcNow.AddSeconds(8); stream.Read(buffer) is var count and > 0; read.Write(buffer, 0, count))
            {
                if (DateTime.UtcNow < until)
                {
                    using var pause = new ManualResetEventSlim();
                    pause.Wait(2);
                }
            }
        });
        using var plumb = PlumbProcess.Start(node, "capture", CaptureNode.Tap, "--for", "8s", "-w", pipe).WaitUntilReady();
        node.Guest.Run("sh", "-c", $"ping -q -f -s 1400 -c 60000 -w 6 {CaptureNode.RouterAddress} >/dev/null || true");
        Assert.Equal(0, plumb.WaitForExit());
        await reading;
        read.Position = 0;
        var packets = 0L;
        var reader = new PcapngReader(read, "pipe");
        while (reader.TryRead(out _))
        {
            packets++;
        }
        var statistics = Assert.Single(reader.Interfaces).Statistics!;
        Assert.Equal(packets, (long)statistics.Delivered!);
        Assert.Equal(statistics.FilterAccepted, statistics.Delivered + statistics.Dropped);
    }

    [SkippableFact]
    public async Task Trigger_ends_it_with_the_packet_that_was_waited_for()
    {
        await using var node = await CaptureNode.StartAsync();
        var file = node.Folder + "/out.pcapng";
        using var plumb = PlumbProcess.Start(
            node, "capture", CaptureNode.Tap, "--filter", "icmp or arp", "--when", "icmp and icmp[0] == 0", "--stop-after", "0s", "-w", file)
            .WaitUntilReady(); // a guest's own IPv6 may say something at any time
        node.Ping(CaptureNode.RouterAddress, 3, 0.5);
        Assert.Equal(0, plumb.WaitForExit());
        Assert.Contains("the packet that was waited for came", plumb.Error, StringComparison.Ordinal);
        Assert.InRange(Read(file).Packets.Count, 2, 4);
    }

    private static PlumbProcess Start(CaptureNode node, params string[] arguments) =>
        PlumbProcess.Start(node, ["capture", CaptureNode.Tap, "--at", Places, .. arguments]);

    private static (IReadOnlyList<CapturedInterface> Interfaces, List<(int Interface, long Time)> Packets) Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var reader = new PcapngReader(stream, file);
        var packets = new List<(int, long)>();
        while (reader.TryRead(out var packet))
        {
            packets.Add((packet.Interface, packet.TimestampNanoseconds!.Value));
        }
        return (reader.Interfaces, packets);
    }

    private static void AssertAsBefore(string before, CaptureNode node)
    {
        var deadline = DateTime.UtcNow.AddSeconds(10);
        while (node.Dump() != before && DateTime.UtcNow < deadline)
        {
            using var pause = new ManualResetEventSlim();
            pause.Wait(50);
        }
        Assert.Equal(before, node.Dump());
    }
}
