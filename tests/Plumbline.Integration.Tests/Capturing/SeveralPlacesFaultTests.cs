using Plumbline.Linux;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Capturing;

/// <summary>The fault matrix of one place, for several: nothing stays behind, the file is whole, and it is said what happened.</summary>
public sealed class SeveralPlacesFaultTests
{
    private const string Places = "tap,qvo,br-int,tunnel"; // two devices, and a mirror on each of two bridges

    [SkippableFact]
    public async Task Full_disk_ends_it_and_each_packet_is_accounted_for()
    {
        await using var node = await CaptureNode.StartAsync();
        Root.SkipUnlessInstalled("unshare");
        var before = node.Dump();
        var folder = Directory.CreateDirectory(node.Folder + "/small").FullName;
        var script = $"mount -t tmpfs -o size=64k tmpfs {folder} && {PlumbProcess.Program} \"$@\"; status=$?; cp {folder}/out.pcapng {node.Folder}/; exit $status";
        using var plumb = PlumbProcess.StartProgram(true, "unshare",
        [
            "-m", "sh", "-c", script, "sh", "capture", CaptureNode.Tap, "--at", Places, "-w", folder + "/out.pcapng", .. node.Options,
        ]).WaitUntilReady();
        node.Guest.Run("ping", "-n", "-q", "-c", "100", "-i", "0.002", "-s", "1000", CaptureNode.RouterAddress);
        Assert.Equal(2, plumb.WaitForExit());
        Assert.Contains("no more room for packets: No space left on device", plumb.Error, StringComparison.Ordinal);
        Assert.InRange(CountWhole(node.Folder + "/out.pcapng"), 30, 80); // of 1 KiB, and some small ones
        Assert.Contains(" not written", plumb.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(" on the way", plumb.Error, StringComparison.Ordinal); // the account closes at each place
        AssertAsBefore(before, node);
    }

    [SkippableFact]
    public async Task Deleted_bridge_of_one_place_ends_all()
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        node.Vsctl("add-br", "br-x", "--", "set", "Bridge", "br-x", "datapath_type=netdev");
        node.Namespace.Run("ip", "link", "set", "br-x", "up");
        using var plumb = PlumbProcess.Start(node, "capture", CaptureNode.Qvo, "br-x", "-w", File(node)).WaitUntilReady();
        node.Ping(CaptureNode.RouterAddress, 3);
        node.Vsctl("del-br", "br-x");
        Assert.Equal(2, plumb.WaitForExit());
        Assert.Contains("deleted", plumb.Error, StringComparison.Ordinal);
        Assert.InRange(CountWhole(File(node)), 6, 20);
        AssertAsBefore(before, node);
    }

    [SkippableFact]
    public async Task Deleted_source_port_of_one_mirror_ends_all()
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        node.Vsctl("add-port", "br-int", "extra0", "--", "set", "Interface", "extra0", "type=internal");
        node.Namespace.Run("ip", "link", "set", "extra0", "up");
        using var plumb = PlumbProcess.Start(node, "capture", CaptureNode.Tap, "extra0", "-w", File(node)).WaitUntilReady();
        node.Ping(CaptureNode.RouterAddress, 3);
        node.Vsctl("del-port", "extra0");
        Assert.Equal(2, plumb.WaitForExit());
        Assert.Contains("extra0", plumb.Error, StringComparison.Ordinal);
        Assert.InRange(CountWhole(File(node)), 6, 20);
        AssertAsBefore(before, node);
    }

    [SkippableFact]
    public async Task Device_that_goes_down_to_be_renamed_ends_all_and_is_named()
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        using var plumb = PlumbProcess.Start(node, "capture", CaptureNode.Tap, "--at", Places, "-w", File(node)).WaitUntilReady();
        node.Ping(CaptureNode.RouterAddress, 3);
        node.Namespace.Run("ip", "link", "set", CaptureNode.Tap, "down");
        node.Namespace.Run("ip", "link", "set", CaptureNode.Tap, "name", "other-name");
        Assert.Equal(2, plumb.WaitForExit());
        Assert.Contains("the capture at test-vm tap ended", plumb.Error, StringComparison.Ordinal);
        Assert.True(CountWhole(File(node)) >= 18);
        node.Namespace.Run("ip", "link", "set", "other-name", "name", CaptureNode.Tap);
        node.Namespace.Run("ip", "link", "set", CaptureNode.Tap, "up");
        AssertAsBefore(before, node);
    }

    [SkippableFact]
    public async Task Killed_guard_is_not_needed_by_a_capture_that_ends_well()
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        using var plumb = Start(node).WaitUntilReady();
        PlumbProcess.Signal(GuardOf(node), "KILL");
        node.Ping(CaptureNode.RouterAddress, 3);
        plumb.Signal("INT");
        Assert.Equal(130, plumb.WaitForExit());
        Assert.True(CountWhole(File(node)) >= 18);
        AssertAsBefore(before, node);
    }

    [SkippableFact]
    public async Task Two_captures_of_the_same_places_do_not_meet()
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        using var first = Start(node, "--filter", "icmp").WaitUntilReady();
        using var second = PlumbProcess.Start(
            node, "capture", CaptureNode.Tap, "--at", Places, "--filter", "icmp", "-w", node.Folder + "/second.pcapng").WaitUntilReady();
        node.Ping(CaptureNode.RouterAddress, 3);
        first.Signal("INT");
        Assert.Equal(130, first.WaitForExit());
        node.Ping(CaptureNode.RouterAddress, 3);
        second.Signal("INT");
        Assert.Equal(130, second.WaitForExit());
        Assert.Equal((18, 36), (CountWhole(File(node)), CountWhole(node.Folder + "/second.pcapng")));
        AssertAsBefore(before, node);
    }

    [SkippableFact]
    public async Task Restarted_ovs_vswitchd_mirrors_on()
    {
        await using var node = await CaptureNode.StartAsync(withRouter: false, failMode: "standalone");
        var before = node.Dump(afterRestart: true);
        using var plumb = Start(node).WaitUntilReady();
        node.KillVswitchd();
        node.StartVswitchd();
        CaptureNode.Until(() => node.Ping(CaptureNode.OtherAddress, 1).Contains(" 1 received", StringComparison.Ordinal), "pings pass again");
        plumb.Signal("INT");
        Assert.Equal(130, plumb.WaitForExit());
        Assert.True(CountWhole(File(node)) >= 6);
        CaptureNode.Until(() => node.Dump(afterRestart: true) == before, "the node is as before");
    }

    [SkippableFact]
    public async Task Files_of_a_ring_are_whole_compressed_or_not_and_the_oldest_go()
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        foreach (var name in new[] { "ring.pcapng", "ring.pcapng.zst" })
        {
            using var plumb = PlumbProcess.Start(
                node, "capture", CaptureNode.Tap, "--at", Places, "--file-size", "16K", "--ring-files", "2", "-w", Path.Combine(node.Folder, name))
                .WaitUntilReady();
            node.Guest.Run("ping", "-n", "-q", "-c", "60", "-i", "0.005", "-s", "1000", CaptureNode.RouterAddress);
            plumb.Signal("INT");
            Assert.Equal(130, plumb.WaitForExit());
            var files = Directory.GetFiles(node.Folder, "ring_*" + name["ring".Length..]);
            Assert.Equal(2, files.Length);
            Assert.All(files, file => Assert.True(CountWhole(file) > 0));
        }
        AssertAsBefore(before, node);
    }

    private static string File(CaptureNode node) => node.Folder + "/out.pcapng";

    private static PlumbProcess Start(CaptureNode node, params string[] more) =>
        PlumbProcess.Start(node, ["capture", CaptureNode.Tap, "--at", Places, "-w", File(node), .. more]);

    private static int GuardOf(CaptureNode node)
    {
        var text = node.Vsctl("--bare", "--columns=external_ids", "find", "Mirror", "external_ids:plumb-session!=x");
        var guard = text.Split(' ', ',', '\n').First(p => p.StartsWith("plumb-guard=", StringComparison.Ordinal));
        return ProcessIdentity.TryParse(guard["plumb-guard=".Length..].Trim('"'))!.Pid;
    }

    /// <summary>Packets of a file that must end with a whole block.</summary>
    private static int CountWhole(string path)
    {
        using var file = Diagnosis.Reading.CaptureFile.Open(path, follow: false, CancellationToken.None);
        var count = 0;
        while (file.Reader.TryRead(out _))
        {
            count++;
        }
        Assert.False(file.Reader.IsTruncated);
        return count;
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
