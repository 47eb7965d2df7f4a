using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Plumbline.Integration.Tests.Capture;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Capturing;

/// <summary>
/// <c>plumb capture</c> from the command line to the file, judged by tcpdump beside it and by tshark: the same frames, and
/// none missing at the end.
/// </summary>
public sealed class CaptureTests
{
    private const int Sent = 2000;

    [SkippableFact]
    public async Task File_of_a_device_is_what_tcpdump_saw_there()
    {
        SkipUnlessJudged();
        await using var node = await CaptureNode.StartAsync();
        using var plumb = Start(node, "tap");
        var (ours, theirs) = Record(node, plumb, CaptureNode.Tap);

        // each socket stamps its own copy, tcpdump's cut to microseconds
        AssertSame(theirs, ours, 0.005m);
    }

    [SkippableFact]
    public async Task File_of_a_mirror_is_what_tcpdump_saw_on_the_mirrored_device()
    {
        SkipUnlessJudged();
        await using var node = await CaptureNode.StartAsync();
        using var plumb = Start(node, "br-int");
        var (ours, theirs) = Record(node, plumb, CaptureNode.Qvo);

        // the mirror's copies carry br-int's local tag behind the addresses, the device's frames do not
        const string LocalTag = "81000001";
        Assert.All(ours, f => Assert.Equal(LocalTag, f.Hex.Substring(24, 8)));
        // by way of ovs-vswitchd's own thread, which may write the copy before the original
        AssertSame(theirs, [.. ours.Select(f => f with { Hex = f.Hex.Remove(24, 8) })], 0.5m);
    }

    [SkippableTheory]
    [InlineData(CaptureNode.Tap, "tap")]
    [InlineData(CaptureNode.Qvo, "qvo")]
    public async Task All_that_was_sent_before_the_stop_is_in_the_file(string device, string at)
    {
        Root.SkipUnlessInstalled("tshark");
        await using var node = await CaptureNode.StartAsync();
        using var guest = CaptureBench.Sender(node.Guest, "eth0");
        for (var round = 0; round < 3; round++)
        {
            using var plumb = Start(node, at);
            for (var i = 0; i < Sent; i++)
            {
                guest.Send(Numbered(i));
            }
            var sent = SentThrough(node, device);
            plumb.Signal("INT");
            Assert.Equal(130, plumb.WaitForExit());
            Assert.Equal(sent, SentThrough(node, device));
            Assert.Equal(Enumerable.Range(0, Sent), Numbers(TsharkFrame.Read(node, OutputOf(node))));
        }
    }

    [SkippableFact]
    public async Task Mirror_stopped_under_traffic_has_no_gap_up_to_its_end()
    {
        Root.SkipUnlessInstalled("tshark");
        await using var node = await CaptureNode.StartAsync();
        using var guest = CaptureBench.Sender(node.Guest, "eth0");
        using var plumb = Start(node, "br-int");
        var sent = 0;
        for (var i = 0; i < Sent; i++)
        {
            SendAndWait(guest, sent++);
        }
        var beforeStop = sent;
        CaptureNode.Until(() => CountAtMirror(node) >= beforeStop, "ovs-vswitchd has mirrored what was sent");
        plumb.Signal("INT");
        while (!plumb.Process.HasExited)
        {
            SendAndWait(guest, sent++);
        }
        Assert.Equal(130, plumb.WaitForExit());
        var numbers = Numbers(TsharkFrame.Read(node, OutputOf(node)));
        Assert.InRange(numbers.Count, beforeStop, sent);
        Assert.Equal(Enumerable.Range(0, numbers.Count), numbers);
    }

    /// <summary>One frame a half millisecond: what ovs-vswitchd forwards without loss on a busy machine.</summary>
    private static void SendAndWait(Socket guest, int number)
    {
        guest.Send(Numbered(number));
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalMicroseconds < 500)
        {
        }
    }

    /// <summary>
    /// Between the marked frames both files hold the same, in the same order for each sender. Between senders (the kernel that asks by ARP for
    /// its guest among them) there is no order: two processors may bring their frames to two sockets in either, and so may ovs-vswitchd,
    /// so that a frame beside a mark may stand before it in one file and behind it in the other.
    /// </summary>
    private static void AssertSame(List<TsharkFrame> theirs, List<TsharkFrame> ours, decimal apart)
    {
        var (inTheirs, inOurs) = (BetweenMarks(theirs), BetweenMarks(ours));
        Assert.True(inOurs.Count >= 581, $"{inOurs.Count} frames"); // 501, and 80 of two times 20 pings
        var marking = inOurs[0].Sender;
        foreach (var sender in inTheirs.Concat(inOurs).Select(f => f.Sender).Distinct())
        {
            if (sender == marking)
            {
                AssertPart(Of(sender, inTheirs), Of(sender, inOurs), apart, whole: true);
                continue;
            }
            AssertPart(Of(sender, inTheirs), Of(sender, ours), apart);
            AssertPart(Of(sender, inOurs), Of(sender, theirs), apart);
        }
    }

    /// <summary>Frame by frame, from one place on: nothing between is missing, added, or elsewhere.</summary>
    private static void AssertPart(List<TsharkFrame> part, List<TsharkFrame> all, decimal apart, bool whole = false)
    {
        // the same multicast may come several times: where the times agree is the place
        var at = part.Count == 0 ? 0 : all.FindIndex(f => f.Hex == part[0].Hex && Math.Abs(f.Seconds - part[0].Seconds) <= apart);
        Assert.True(at >= 0, $"missing: {part.FirstOrDefault()}");
        Assert.Equal(part.Select(f => f.Hex), all.Skip(at).Take(part.Count).Select(f => f.Hex));
        Assert.All(part.Zip(all.Skip(at)), pair => Assert.InRange(pair.First.Seconds - pair.Second.Seconds, -apart, apart));
        Assert.True(!whole || part.Count == all.Count, $"{part.Count} frames and {all.Count}");
    }

    private static List<TsharkFrame> Of(string sender, List<TsharkFrame> frames) => frames.FindAll(f => f.Sender == sender);

    /// <summary>
    /// Traffic of both directions between two marked frames, beside tcpdump on <paramref name="device"/>: both files.
    /// </summary>
    private static (List<TsharkFrame> Ours, List<TsharkFrame> Theirs) Record(CaptureNode node, PlumbProcess plumb, string device)
    {
        var judge = node.Folder + "/judge.pcap";
        using (var tcpdump = new Tcpdump(node.Namespace, device, judge, ""))
        {
            using var guest = CaptureBench.Sender(node.Guest, "eth0");
            guest.Send(Numbered(0));
            for (var i = 1; i < 500; i++)
            {
                SendAndWait(guest, i);
            }
            node.Ping(CaptureNode.OtherAddress, 20, 0.01);
            node.Guest.Run("ping", "-n", "-q", "-c", "20", "-i", "0.01", "-s", "1400", CaptureNode.RouterAddress);
            guest.Send(Numbered(500));
            CaptureNode.Until(() => Sees(OutputOf(node), 500), "the file has the last frame");
            plumb.Signal("INT");
            Assert.Equal(130, plumb.WaitForExit());
            // it leaves the newest in its ring until another comes
            CaptureNode.Until(
                () =>
                {
                    guest.Send(Numbered(501));
                    return Sees(judge, 500);
                },
                "tcpdump wrote the last frame");
        }
        return (TsharkFrame.Read(node, OutputOf(node)), TsharkFrame.Read(node, judge));
    }

    private static List<TsharkFrame> BetweenMarks(List<TsharkFrame> frames)
    {
        var first = frames.FindIndex(f => NumberOf(f) == 0);
        var last = frames.FindIndex(f => NumberOf(f) == 500);
        Assert.True(first >= 0 && last > first, $"marks at {first} and {last} of {frames.Count}");
        return frames[first..(last + 1)];
    }

    private static bool Sees(string file, int number) =>
        CaptureBench.ReadFile(file).Exists(p => NumberOf(new(0, Convert.ToHexString(p.Data.Span))) == number);

    /// <summary>
    /// A frame of the guest's own address, so that br-int learns nothing false, to nobody: flooded on the guest's network. Its IP checksum
    /// holds, or the hybrid bridge's br_netfilter drops it.
    /// </summary>
    private static byte[] Numbered(int number)
    {
        var frame = CaptureBench.UdpFrame(number, 60 + number * 7 % 1380);
        Convert.FromHexString("FA163E000010").CopyTo(frame, 6);
        var sum = 0;
        for (var i = 14; i < 34; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(i));
        }
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(24), (ushort)~((sum >> 16) + sum));
        return frame;
    }

    private static List<int> Numbers(List<TsharkFrame> frames) => [.. frames.Select(NumberOf).Where(number => number >= 0)];

    /// <summary>-1 for other people's frames.</summary>
    private static int NumberOf(TsharkFrame frame)
    {
        var at = frame.Hex.IndexOf("0A0000010A000002", StringComparison.OrdinalIgnoreCase);
        return at < 0 ? -1 : Convert.ToInt32(frame.Hex.Substring(at + 32, 8), 16);
    }

    private static int CountAtMirror(CaptureNode node)
    {
        var text = node.Vsctl("--bare", "--columns=name,statistics", "find", "Mirror").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var ours = Array.FindIndex(text, line => line.StartsWith("plumb-", StringComparison.Ordinal));
        if (ours < 0 || ours + 1 == text.Length)
        {
            return 0; // its statistics are still empty
        }
        var packets = text[ours + 1].Split("tx_packets=");
        return packets.Length == 2 ? int.Parse(packets[1], CultureInfo.InvariantCulture) : 0; // not yet told
    }

    private static string SentThrough(CaptureNode node, string device) =>
        node.Namespace.Run("sh", "-c", $"ip -s -o link show {device} | sed 's/.*RX:[^0-9]*\\([0-9]* *[0-9]*\\).*/\\1/'");

    private static string OutputOf(CaptureNode node) => node.Folder + "/out.pcapng";

    private static PlumbProcess Start(CaptureNode node, string at) =>
        PlumbProcess.Start(node, "capture", "test-vm", "--at", at, "-w", OutputOf(node)).WaitUntilReady();

    private static void SkipUnlessJudged()
    {
        Root.SkipUnlessInstalled("tcpdump");
        Root.SkipUnlessInstalled("tshark");
    }
}
