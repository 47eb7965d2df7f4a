using System.Globalization;
using System.Text.RegularExpressions;
using Plumbline.Linux.Compression;
using Plumbline.Packets;
using Plumbline.Packets.Pcapng;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Capturing;

/// <summary>
/// Several files one after the other, in bursts: none is larger than asked for, none lacks a packet, and a full disk is
/// told exactly.
/// </summary>
public sealed partial class RingFileTests
{
    private const string Places = "tap,qvb,qvo";

    [SkippableTheory]
    [InlineData("tap", 1)]
    [InlineData(Places, 3)]
    public async Task Burst_is_parted_among_files_without_a_loss_and_each_ends_where_it_is_full(string places,
        int copies)
    {
        const int Frames = 10_000;
        await using var node = await CaptureNode.StartAsync();
        using var plumb = PlumbProcess.Start(node, "capture", CaptureNode.Tap, "--at", places, "--filter",
            "ether proto 0x88b5",
            "--file-size", "256K", "-w", node.Folder + "/ring.pcapng").WaitUntilReady();
        using (var guest = Capture.CaptureBench.Sender(node.Guest, "eth0"))
        {
            for (var i = 0; i < Frames; i++)
            {
                guest.Send(Frame(i, 200));
            }
        }
        plumb.Signal("INT");
        Assert.Equal(130, plumb.WaitForExit());
        var files = Files(node.Folder, "ring_*");
        var seen = new int[copies];
        var last = 0L;
        foreach (var file in files)
        {
            using var read = File.OpenRead(file);
            var reader = new PcapngReader(read, file);
            var delivered = seen.Sum();
            while (reader.TryRead(out var packet))
            {
                Assert.Equal(seen[packet.Interface]++,
                    BitConverter.ToInt32(packet.Data[14..18])); // in order, none missing
                Assert.True(packet.TimestampNanoseconds >= last);
                last = packet.TimestampNanoseconds!.Value;
            }
            Assert.False(reader.IsTruncated);
            // a packet that reaches the limit goes in, and so do the statistics; a piece of 128 KiB may be filled up
            // behind it
            Assert.InRange(read.Length, file == files[^1] ? 0 : 256 << 10, (256 << 10) + 8192);
            // what its statistics say is what all files up to it have
            Assert.Equal(seen.Sum(), reader.Interfaces.Sum(i => (long)i.Statistics!.Delivered!));
            Assert.True(seen.Sum() > delivered);
        }
        Assert.All(seen, count => Assert.Equal(Frames, count));
        Assert.True(files.Count > 5 * copies);
    }

    [SkippableTheory]
    [InlineData("tap", "")]
    [InlineData("tap", ".zst")]
    [InlineData(Places, "")]
    [InlineData(Places, ".zst")]
    public async Task Full_disk_ends_the_files_and_each_packet_is_accounted_for(string places, string suffix)
    {
        await using var node = await CaptureNode.StartAsync();
        Root.SkipUnlessInstalled("unshare");
        var folder = Directory.CreateDirectory(node.Folder + "/small").FullName;
        var copies = Directory.CreateDirectory(node.Folder + "/copies").FullName;
        var script = OnSmallDisk(folder, copies);
        using var plumb = PlumbProcess.StartProgram(true, "unshare",
        [
            "-m", "sh", "-c", script, "sh", "capture", CaptureNode.Tap, "--at", places, "--filter",
                "ether proto 0x88b5",
            "--file-size", "300K", "-w", folder + "/ring.pcapng" + suffix, .. node.Options,
        ]).WaitUntilReady();
        using (var guest = Capture.CaptureBench.Sender(node.Guest, "eth0"))
        {
            for (var i = 0; i < 4000; i++)
            {
                guest.Send(Frame(i, 1000));
            }
        }
        Assert.Equal(2, plumb.WaitForExit());
        Assert.Contains("No space left on device", plumb.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(" on the way", plumb.Error, StringComparison.Ordinal);
        var files = Files(copies, "ring_*");
        Assert.True(files.Count > 1);
        var told = long.Parse(Written().Match(plumb.Error).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.Equal(files.Sum(Count), told);
        Assert.Contains(" not written", plumb.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Ring_goes_on_for_ever_on_a_disk_that_holds_little_more_than_its_files()
    {
        await using var node = await CaptureNode.StartAsync();
        Root.SkipUnlessInstalled("unshare");
        var folder = Directory.CreateDirectory(node.Folder + "/small").FullName;
        var copies = Directory.CreateDirectory(node.Folder + "/copies").FullName;
        var script = OnSmallDisk(folder, copies);
        using var plumb = PlumbProcess.StartProgram(true, "unshare",
        [
            "-m", "sh", "-c", script, "sh", "capture", CaptureNode.Tap, "--filter", "ether proto 0x88b5",
            "--file-size", "300K", "--ring-files", "3", "--count", "6000", "-w", folder + "/ring.pcapng",
                .. node.Options,
        ]).WaitUntilReady();
        using (var guest = Capture.CaptureBench.Sender(node.Guest, "eth0"))
        {
            for (var i = 0; i < 6000; i++)
            {
                guest.Send(Frame(i, 1000));
            }
        }
        Assert.Equal(0, plumb.WaitForExit());
        var files = Files(copies, "ring_*");
        Assert.Equal(3, files.Count);
        Assert.InRange(files.Sum(Count), 2 * 280, 3 * 300);
        Assert.Contains("6000 packets written", plumb.Error, StringComparison.Ordinal);
    }

    /// <summary>
    /// Runs plumb with a disk of 1 MiB at <paramref name="folder"/>, and keeps what is on it in the end.
    /// </summary>
    private static string OnSmallDisk(string folder, string copies) =>
        $"mount -t tmpfs -o size=1m tmpfs {folder} && {PlumbProcess.Program} \"$@\"; "
        + $"status=$?; cp {folder}/* {copies}; exit $status";

    /// <summary>
    /// To a MAC that nobody has, of an EtherType for experiments, its number behind the header; nothing in it can be
    /// compressed.
    /// </summary>
    private static byte[] Frame(int number, int length)
    {
        var frame = new byte[length];
        new Random(number).NextBytes(frame);
        Convert.FromHexString("020000000001" + "fa163e000010" + "88b5").CopyTo(frame, 0);
        BitConverter.TryWriteBytes(frame.AsSpan(14), number);
        return frame;
    }

    private static List<string> Files(string folder, string pattern) =>
        [.. Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal)];

    /// <summary>Packets that can be had from a file, compressed or not, that may end anywhere.</summary>
    private static long Count(string path)
    {
        using var read = File.OpenRead(path);
        if (read.Length == 0)
        {
            return 0;
        }
        using var zstd = path.EndsWith(".zst", StringComparison.Ordinal) ? new ZstdStream(read) : null;
        var count = 0L;
        try
        {
            var reader = new PcapngReader(zstd is null ? read : zstd, path);
            while (reader.TryRead(out _))
            {
                count++;
            }
        }
        catch (PacketsException) when (zstd is not null)
        {
            return count; // the frame has no end, as the disk had no room for it
        }
        return count;
    }

    [GeneratedRegex(@"(\d+) packets? written")]
    private static partial Regex Written();
}
