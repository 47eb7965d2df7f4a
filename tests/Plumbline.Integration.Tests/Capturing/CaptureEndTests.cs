using System.Globalization;
using System.Text.RegularExpressions;
using Plumbline.Linux.Compression;
using Plumbline.Packets.Pcapng;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Capturing;

/// <summary>What ends a capture ends it exactly, each file of a ring is whole however that came, and what is lost is counted.</summary>
public sealed partial class CaptureEndTests
{
    private const string Places = "tap,qvb,qvo,br-int";

    [SkippableTheory]
    [InlineData("tap")]
    [InlineData(Places)]
    public async Task A_count_is_exact(string places)
    {
        await using var node = await CaptureNode.StartAsync();
        using var plumb = Start(node, places, "out.pcapng", "--count", "7").WaitUntilReady();
        node.Ping(CaptureNode.RouterAddress, 20, 0.01);
        Assert.Equal(0, plumb.WaitForExit());
        Assert.Equal(7, Read(Path.Combine(node.Folder, "out.pcapng")).Count);
        Assert.Contains("7 packets written", plumb.Error, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("tap")]
    [InlineData(Places)]
    public async Task Bytes_end_it_with_the_packet_that_reaches_them(string places)
    {
        await using var node = await CaptureNode.StartAsync();
        using var plumb = Start(node, places, "out.pcapng", "--bytes", "1K").WaitUntilReady();
        node.Ping(CaptureNode.RouterAddress, 20, 0.01);
        Assert.Equal(0, plumb.WaitForExit());
        var lengths = Read(Path.Combine(node.Folder, "out.pcapng")).ConvertAll(p => p.Length);
        Assert.True(lengths.Sum() >= 1024);
        Assert.True(lengths.SkipLast(1).Sum() < 1024);
    }

    [SkippableFact]
    public async Task Time_ends_it_and_nothing_behind_is_in_the_file()
    {
        await using var node = await CaptureNode.StartAsync();
        using var plumb = Start(node, "tap", "out.pcapng", "--for", "1500ms").WaitUntilReady();
        node.Ping(CaptureNode.RouterAddress, 60, 0.05);
        Assert.Equal(0, plumb.WaitForExit());
        var times = Read(Path.Combine(node.Folder, "out.pcapng"), out var interfaces).ConvertAll(p => p.Time);
        var statistics = Assert.Single(interfaces).Statistics!;
        Assert.NotEmpty(times);
        Assert.True(times[^1] - statistics.StartNanoseconds <= statistics.EndNanoseconds - statistics.StartNanoseconds);
        Assert.True(statistics.EndNanoseconds - statistics.StartNanoseconds >= 1_500_000_000);
        Assert.Equal((ulong)times.Count, statistics.Delivered);
    }

    [SkippableFact]
    public async Task A_trigger_lets_so_much_time_pass_and_no_packet_more()
    {
        await using var node = await CaptureNode.StartAsync();
        using var plumb = Start(node, "tap", "out.pcapng", "--when", "icmp[icmptype] == icmp-echo", "--stop-after", "500ms").WaitUntilReady();
        node.Ping(CaptureNode.RouterAddress, 40, 0.05);
        Assert.Equal(0, plumb.WaitForExit());
        var packets = Read(Path.Combine(node.Folder, "out.pcapng"));
        var first = packets.First(p => p.Length == 98).Time; // ping's own; ARP may come before
        Assert.True(packets.Count > 2);
        Assert.True(packets[^1].Time <= first + 500_000_000);
    }

    [SkippableTheory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 130)]
    [InlineData("KILL", 137)]
    public async Task Files_by_time_span_no_more_and_are_whole_however_it_ends(string signal, int status)
    {
        await using var node = await CaptureNode.StartAsync();
        using var plumb = Start(node, "tap", "ring.pcapng", "--file-time", "1s", "--ring-files", "2").WaitUntilReady();
        node.Ping(CaptureNode.RouterAddress, 70, 0.05);
        CaptureNode.Until(() => Directory.GetFiles(node.Folder, "ring_*").Length == 2, "two files are left");
        plumb.Signal(signal);
        Assert.Equal(status, plumb.WaitForExit());
        var files = Directory.GetFiles(node.Folder, "ring_*").Order(StringComparer.Ordinal).ToList();
        Assert.Equal(2, files.Count);
        Assert.DoesNotContain(files, f => f.Contains("_00001_", StringComparison.Ordinal)); // the oldest has gone
        foreach (var file in files)
        {
            var packets = Read(file);
            Assert.True(packets.Count == 0 || packets[^1].Time - packets[0].Time < 1_000_000_000);
        }
        Assert.NotEmpty(Read(files[0]));
    }

    [SkippableFact]
    public async Task Full_disk_ends_a_compressed_file_and_each_packet_is_accounted_for()
    {
        await using var node = await CaptureNode.StartAsync();
        Root.SkipUnlessInstalled("unshare");
        var folder = Directory.CreateDirectory(node.Folder + "/small").FullName;
        var copy = node.Folder + "/out.pcapng.zst";
        var script = $"mount -t tmpfs -o size=64k tmpfs {folder} && {PlumbProcess.Program} \"$@\"; status=$?; cp {folder}/out.pcapng.zst {copy}; exit $status";
        using var plumb = PlumbProcess.StartProgram(true, "unshare",
        [
            "-m", "sh", "-c", script, "sh", "capture", CaptureNode.Tap, "-w", folder + "/out.pcapng.zst", .. node.Options,
        ]).WaitUntilReady();
        // what cannot be compressed: the pattern of each packet is its own
        node.Guest.Run("sh", "-c",
            $"for i in $(seq 150); do ping -n -q -c 1 -W 1 -s 1400 -p $(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \\n') {CaptureNode.RouterAddress}; done >/dev/null; "
            + $"head -c 300000 /dev/urandom >/dev/udp/{CaptureNode.RouterAddress}/9 2>/dev/null || true");
        node.Guest.Run("bash", "-c", $"for i in $(seq 300); do head -c 1400 /dev/urandom >/dev/udp/{CaptureNode.RouterAddress}/9; done 2>/dev/null || true");
        Assert.Equal(2, plumb.WaitForExit());
        Assert.Contains("No space left on device", plumb.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(" on the way", plumb.Error, StringComparison.Ordinal);
        var written = long.Parse(Written().Match(plumb.Error).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.Equal(CountReadable(copy), written);
    }

    [SkippableFact]
    public async Task Slow_reader_of_a_compressed_file_loses_packets_only_with_the_loss_counted()
    {
        await using var node = await CaptureNode.StartAsync();
        var pipe = node.Folder + "/pipe.zst";
        node.Namespace.Run("mkfifo", pipe);
        using var read = new MemoryStream();
        using var go = new ManualResetEventSlim();
        var reading = Task.Run(() =>
        {
            using var stream = File.OpenRead(pipe);
            go.Wait(); // a disk that hangs: pipe, compressor and ring fill
            stream.CopyTo(read);
        });
        using var plumb = Start(node, "tap", "pipe.zst", "--snaplen", "1500").WaitUntilReady();
        using var guest = Capture.CaptureBench.Sender(node.Guest, "eth0");
        var frame = new byte[1400];
        var random = new Random(5);
        for (var i = 0; i < 80_000; i++) // 110 MB: more than the ring holds
        {
            random.NextBytes(frame);
            frame[0] = 2; // not a multicast address
            guest.Send(frame);
        }
        go.Set();
        plumb.Signal("INT");
        Assert.Equal(130, plumb.WaitForExit());
        await reading;
        read.Position = 0;
        var packets = 0L;
        var reader = new PcapngReader(new ZstdStream(read), "pipe");
        while (reader.TryRead(out _))
        {
            packets++;
        }
        var statistics = Assert.Single(reader.Interfaces).Statistics!;
        Assert.True(statistics.Dropped > 0);
        Assert.Equal(packets, (long)statistics.Delivered!);
        Assert.Equal(statistics.FilterAccepted, statistics.Delivered + statistics.Dropped);
        Assert.True(statistics.FilterAccepted >= 80_000);
    }

    [SkippableFact]
    public async Task What_the_switch_counted_for_the_mirror_is_in_the_account()
    {
        await using var node = await CaptureNode.StartAsync();
        using var plumb = Start(node, "br-int", "out.pcapng", "--filter", "icmp").WaitUntilReady();
        node.Ping(CaptureNode.RouterAddress, 25, 0.01);
        var mirror = node.Vsctl("--bare", "--columns=_uuid", "find", "Mirror", "external_ids:plumb-session!=x").Split('\n')[^1];
        CaptureNode.Until(() => Counted(node, mirror) >= 50, "ovs-vswitchd counts", 15); // every five seconds
        var sent = Counted(node, mirror);
        plumb.Signal("INT");
        Assert.Equal(130, plumb.WaitForExit());
        Read(Path.Combine(node.Folder, "out.pcapng"), out var interfaces);
        var account = Assert.Single(interfaces).Statistics!.Comment!;
        var counted = Account().Match(account);
        Assert.True(counted.Success, account);
        Assert.Equal(sent, long.Parse(counted.Groups[2].Value, CultureInfo.InvariantCulture));
        Assert.Equal(sent, long.Parse(counted.Groups[1].Value, CultureInfo.InvariantCulture));
        Assert.Contains("50 written", account, StringComparison.Ordinal);
    }

    private static long Counted(CaptureNode node, string mirror) =>
        Transmitted().Match(node.Vsctl("get", "Mirror", mirror, "statistics")) is { Success: true } match
            ? long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : 0;

    private static PlumbProcess Start(CaptureNode node, string places, string file, params string[] more) =>
        PlumbProcess.Start(node, ["capture", CaptureNode.Tap, "--at", places, "-w", Path.Combine(node.Folder, file), .. more]);

    private static List<(long Time, int Length)> Read(string path) => Read(path, out _);

    /// <summary>Packets of a file that must end with a whole block.</summary>
    private static List<(long Time, int Length)> Read(string path, out IReadOnlyList<CapturedInterface> interfaces)
    {
        using var file = Diagnosis.Reading.CaptureFile.Open(path, follow: false, CancellationToken.None);
        var packets = new List<(long, int)>();
        while (file.Reader.TryRead(out var packet))
        {
            packets.Add((packet.TimestampNanoseconds!.Value, packet.OriginalLength));
        }
        Assert.False(file.Reader.IsTruncated);
        interfaces = file.Reader.Interfaces;
        return packets;
    }

    /// <summary>Packets of a compressed file that ends anywhere.</summary>
    private static long CountReadable(string path)
    {
        using var zstd = new ZstdStream(File.OpenRead(path));
        using var plain = new MemoryStream();
        try
        {
            zstd.CopyTo(plain);
        }
        catch (InvalidDataException)
        {
            Assert.True(plain.Length > 0); // the frame has no end, as the disk had no room for it
        }
        plain.Position = 0;
        var reader = new PcapngReader(plain, path);
        var count = 0L;
        while (reader.TryRead(out _))
        {
            count++;
        }
        return count;
    }

    [GeneratedRegex(@"(\d+) packets? written")]
    private static partial Regex Written();

    [GeneratedRegex(@"the monitor device got (\d+) copies and lost 0; OVS counted (\d+)$")]
    private static partial Regex Account();

    [GeneratedRegex(@"tx_packets=(\d+)")]
    private static partial Regex Transmitted();
}
