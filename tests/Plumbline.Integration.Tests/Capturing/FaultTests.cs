using System.Globalization;
using Plumbline.Linux;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Capturing;

/// <summary>
/// Whatever happens to a capture with a mirror: the database (but for counters) and the links of all namespaces are as before, other
/// people's mirrors among them, and tshark opens what was written.
/// </summary>
public sealed class FaultTests
{
    [SkippableTheory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task Signal_ends_a_capture_whole_and_clean(string signal)
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        var file = node.Folder + "/out.pcapng";
        using var plumb = Start(node, "-w", file).WaitUntilReady();
        node.Ping(CaptureNode.RouterAddress, 20);
        plumb.Signal(signal);
        Assert.Equal(130, plumb.WaitForExit());
        Assert.Equal(40, CountInTshark(node, file, "icmp"));
        Assert.Contains("removed (verified): mirror", plumb.Error, StringComparison.Ordinal);
        AssertAsBefore(before, node);
    }

    [SkippableFact]
    public async Task Killed_capture_is_taken_back_by_its_guard()
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        var file = node.Folder + "/out.pcapng";
        using var plumb = Start(node, "-w", file).WaitUntilReady();
        node.Ping(CaptureNode.RouterAddress, 20);
        CaptureNode.Until(() => new FileInfo(file).Length > 4000, "packets are in the file");
        plumb.Signal("KILL");
        plumb.WaitForExit();
        AssertAsBefore(before, node);
        Assert.InRange(CountInTshark(node, file, "icmp"), 1, 40);
        CaptureNode.Until(() => plumb.Error.Contains("the capture was killed; removed (verified)", StringComparison.Ordinal), "the guard tells");
    }

    [SkippableFact]
    public async Task Killed_capture_with_killed_guard_is_found_and_collected()
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        using var plumb = Start(node, "-w", node.Folder + "/out.pcapng").WaitUntilReady();
        PlumbProcess.Signal(GuardOf(node), "KILL");
        plumb.Signal("KILL");
        plumb.WaitForExit();
        Assert.NotEqual(before, node.Dump());

        var (listed, list, _) = PlumbProcess.Run(node, "mirror", "list");
        Assert.Equal(1, listed);
        Assert.Contains("plumb-", list, StringComparison.Ordinal);
        var (_, would, _) = PlumbProcess.Run(node, "mirror", "gc", "--dry-run");
        Assert.Contains("would remove", would, StringComparison.Ordinal);
        Assert.NotEqual(before, node.Dump());
        var (status, output, error) = PlumbProcess.Run(node, "mirror", "gc");
        Assert.True(status == 0, error);
        Assert.Contains("removed mirror plumb-", output, StringComparison.Ordinal);
        Assert.Contains("kept mirror span on br-int", error, StringComparison.Ordinal);
        AssertAsBefore(before, node);
    }

    [SkippableFact]
    public async Task Collector_leaves_a_living_capture_alone()
    {
        await using var node = await CaptureNode.StartAsync();
        using var plumb = Start(node, "-w", node.Folder + "/out.pcapng").WaitUntilReady();
        var before = node.Dump();
        var (status, output, _) = PlumbProcess.Run(node, "mirror", "gc");
        Assert.Equal(0, status);
        Assert.Contains("nothing of plumb's is left over", output, StringComparison.Ordinal);
        Assert.Equal(before, node.Dump());
        plumb.Signal("INT");
        Assert.Equal(130, plumb.WaitForExit());
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reader_that_closes_the_pipe_ends_the_capture(bool withTraffic)
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        using var plumb = PlumbProcess.Start(node, false, "capture", CaptureNode.Qvo, "--at", "br-int", "-w", "-").WaitUntilReady();
        var head = new byte[28];
        await plumb.Process.StandardOutput.BaseStream.ReadExactlyAsync(head);
        Assert.Equal("0A0D0D0A", Convert.ToHexString(head.AsSpan(0, 4)));
        plumb.Process.StandardOutput.Close();
        if (withTraffic)
        {
            node.Ping(CaptureNode.RouterAddress, 2);
        }
        Assert.Equal(0, plumb.WaitForExit());
        Assert.Contains("the reader closed its end", plumb.Error, StringComparison.Ordinal);
        AssertAsBefore(before, node);
    }

    [SkippableFact]
    public async Task Full_disk_ends_the_capture_and_the_file_is_whole_up_to_there()
    {
        await using var node = await CaptureNode.StartAsync();
        Root.SkipUnlessInstalled("unshare");
        var before = node.Dump();
        var folder = Directory.CreateDirectory(node.Folder + "/small").FullName;
        var script = $"mount -t tmpfs -o size=64k tmpfs {folder} && {PlumbProcess.Program} \"$@\"; status=$?; cp {folder}/out.pcapng {node.Folder}/; exit $status";
        using var plumb = PlumbProcess.StartProgram(true, "unshare",
        [
            "-m", "sh", "-c", script, "sh", "capture", CaptureNode.Qvo, "--at", "br-int", "-w", folder + "/out.pcapng", .. node.Options,
        ]).WaitUntilReady();
        node.Guest.Run("ping", "-n", "-q", "-c", "100", "-i", "0.002", "-s", "1000", CaptureNode.RouterAddress);
        Assert.Equal(2, plumb.WaitForExit());
        Assert.Contains("no more room for packets: No space left on device", plumb.Error, StringComparison.Ordinal);
        Assert.InRange(CountInTshark(node, node.Folder + "/out.pcapng", "icmp"), 40, 64);
        AssertAsBefore(before, node);
    }

    [SkippableFact]
    public async Task Deleted_source_port_ends_the_capture()
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        node.Vsctl("add-port", "br-int", "extra0", "--", "set", "Interface", "extra0", "type=internal");
        using var plumb = PlumbProcess.Start(node, "capture", "extra0", "--for", "1m", "-w", node.Folder + "/out.pcapng");
        // an internal port that is down shows nothing: it must be up to be captured
        Assert.Equal(3, plumb.WaitForExit());
        node.Namespace.Run("ip", "link", "set", "extra0", "up");
        using var second = PlumbProcess.Start(node, "capture", "extra0", "--for", "1m", "-w", node.Folder + "/out.pcapng").WaitUntilReady();
        node.Vsctl("del-port", "extra0");
        Assert.Equal(2, second.WaitForExit());
        Assert.Contains("the mirrored port was deleted", second.Error, StringComparison.Ordinal);
        AssertAsBefore(before, node);
        Assert.Equal(0, CountInTshark(node, node.Folder + "/out.pcapng", "icmp"));
    }

    [SkippableFact]
    public async Task Deleted_bridge_ends_the_capture()
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        node.Vsctl("add-br", "br-x", "--", "set", "Bridge", "br-x", "datapath_type=netdev");
        node.Namespace.Run("ip", "link", "set", "br-x", "up");
        using var plumb = PlumbProcess.Start(node, "capture", "br-x", "-w", node.Folder + "/out.pcapng").WaitUntilReady();
        node.Vsctl("del-br", "br-x");
        Assert.Equal(2, plumb.WaitForExit());
        AssertAsBefore(before, node);
        CountInTshark(node, node.Folder + "/out.pcapng", "icmp");
    }

    [SkippableFact]
    public async Task Output_port_that_somebody_takes_away_ends_the_capture()
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        using var plumb = Start(node, "-w", node.Folder + "/out.pcapng").WaitUntilReady();
        node.Vsctl("del-port", node.Vsctl("--bare", "--columns=name", "find", "Port", "external_ids:plumb-session!=x").Split('\n')[0]);
        Assert.Equal(2, plumb.WaitForExit());
        Assert.Contains("was taken away while it ran", plumb.Error, StringComparison.Ordinal);
        AssertAsBefore(before, node);
    }

    [SkippableFact]
    public async Task Restarted_ovsdb_server_is_waited_for_and_all_is_removed()
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        var file = node.Folder + "/out.pcapng";
        using var plumb = Start(node, "-w", file).WaitUntilReady();
        AssertAnswered(node.Ping(CaptureNode.RouterAddress, 5));
        // without its database ovs-vswitchd stops its userspace datapath (bridge_run returns early), so nothing is sent meanwhile
        node.Server.Kill();
        await node.Server.StartProcessAsync();
        node.Vsctl("set", "Open_vSwitch", ".", "external_ids:hostname=capture-test");
        AssertAnswered(node.Ping(CaptureNode.RouterAddress, 5));
        plumb.Signal("INT");
        Assert.Equal(130, plumb.WaitForExit());
        Assert.True(20 == CountInTshark(node, file, "icmp"), plumb.Error);
        AssertAsBefore(before, node);
    }

    [SkippableFact]
    public async Task Stop_while_ovsdb_server_is_away_waits_for_it_and_removes_all()
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        using var plumb = Start(node, "-w", node.Folder + "/out.pcapng").WaitUntilReady();
        node.Server.Kill();
        plumb.Signal("INT");
        await Task.Delay(500);
        Assert.False(plumb.Process.HasExited);
        await node.Server.StartProcessAsync();
        Assert.Equal(130, plumb.WaitForExit());
        node.Vsctl("set", "Open_vSwitch", ".", "external_ids:hostname=capture-test");
        AssertAsBefore(before, node);
    }

    [SkippableFact]
    public async Task Restarted_ovs_vswitchd_mirrors_on_and_all_is_removed()
    {
        await using var node = await CaptureNode.StartAsync(withRouter: false, failMode: "standalone");
        var before = node.Dump(afterRestart: true);
        var file = node.Folder + "/out.pcapng";
        using var plumb = Start(node, "-w", file).WaitUntilReady();
        node.Ping(CaptureNode.OtherAddress, 5);
        node.KillVswitchd();
        node.StartVswitchd();
        CaptureNode.Until(() => node.Ping(CaptureNode.OtherAddress, 1).Contains(" 1 received", StringComparison.Ordinal), "pings pass again");
        node.Ping(CaptureNode.OtherAddress, 5);
        plumb.Signal("INT");
        Assert.Equal(130, plumb.WaitForExit());
        Assert.InRange(CountInTshark(node, file, "icmp"), 20, 40);
        CaptureNode.Until(() => node.Dump(afterRestart: true) == before, "the node is as before");
    }

    [SkippableFact]
    public async Task Killed_while_it_starts_leaves_nothing()
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        for (var milliseconds = 50; milliseconds <= 500; milliseconds += 50)
        {
            using var plumb = Start(node, "-w", node.Folder + "/out.pcapng");
            await Task.Delay(milliseconds);
            plumb.Signal("KILL");
            plumb.WaitForExit();
        }
        AssertAsBefore(before, node);
    }

    private static PlumbProcess Start(CaptureNode node, params string[] arguments) =>
        PlumbProcess.Start(node, ["capture", CaptureNode.Qvo, "--at", "br-int", .. arguments]);

    private static void AssertAsBefore(string before, CaptureNode node)
    {
        var deadline = DateTime.UtcNow.AddSeconds(5);
        while (node.Dump() != before && DateTime.UtcNow < deadline)
        {
            Thread.Sleep(50);
        }
        Assert.Equal(before, node.Dump());
    }

    private static void AssertAnswered(string ping) =>
        Assert.Equal(CaptureNode.PingCount().Match(ping).Groups[1].Value, CaptureNode.PingCount().Match(ping).Groups[2].Value);

    private static int GuardOf(CaptureNode node)
    {
        var text = node.Vsctl("--bare", "--columns=external_ids", "find", "Mirror", "external_ids:plumb-session!=x");
        var guard = text.Split(' ', ',', '\n').Single(p => p.StartsWith("plumb-guard=", StringComparison.Ordinal));
        return ProcessIdentity.TryParse(guard["plumb-guard=".Length..].Trim('"'))!.Pid;
    }

    /// <summary>tshark must open the file without complaint.</summary>
    private static int CountInTshark(CaptureNode node, string file, string filter)
    {
        Root.SkipUnlessInstalled("tshark");
        var text = node.Namespace.Run("sh", "-c", string.Create(CultureInfo.InvariantCulture,
            $"tshark -n -r {file} -Y {filter} -T fields -e frame.number 2>{file}.err && ! grep -i 'cut short\\|damaged\\|malformed' {file}.err"));
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
    }
}
