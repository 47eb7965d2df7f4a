using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Capturing;

/// <summary>
/// The fault matrix of one place, for several at once, each row here and over ssh: nothing stays behind, the file is whole, and it is said
/// what happened.
/// </summary>
public sealed class SeveralPlacesFaultTests
{
    [SkippableTheory]
    [InlineData("INT", false)]
    [InlineData("TERM", false)]
    [InlineData("HUP", false)]
    [InlineData("INT", true)]
    [InlineData("TERM", true)]
    [InlineData("HUP", true)]
    public async Task Signal_ends_it_with_the_tail_and_the_statistics(string signal, bool far)
    {
        await using var scene = await FaultScene.StartAsync(far);
        var plumb = scene.Capture("--filter", "icmp").WaitUntilReady();
        scene.Ping(10);
        plumb.Signal(signal);
        Assert.Equal(130, plumb.WaitForExit());
        Assert.Equal(60, scene.CountWhole());
        Assert.Contains("removed (verified): mirror", plumb.Error, StringComparison.Ordinal);
        scene.AssertAsBefore();
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_capture_is_taken_back_by_its_guard(bool far)
    {
        await using var scene = await FaultScene.StartAsync(far);
        var plumb = scene.Capture().WaitUntilReady();
        scene.Ping();
        scene.WaitForPackets();
        PlumbProcess.Signal(scene.Marked().Owner.Pid, "KILL");
        CaptureNode.Until(() => plumb.Process.HasExited, "plumb ends");
        if (far)
        {
            Assert.Equal(2, plumb.WaitForExit());
            Assert.Contains("plumb was killed on there; what it made there is removed by its guard, what had come is in", plumb.Error, StringComparison.Ordinal);
        }
        scene.AssertAsBefore();
        Assert.True(scene.CountWhole() > 0);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_with_its_guard_it_is_found_and_collected(bool far)
    {
        await using var scene = await FaultScene.StartAsync(far);
        var plumb = scene.Capture().WaitUntilReady();
        var (owner, guard) = scene.Marked();
        PlumbProcess.Signal(guard.Pid, "KILL");
        PlumbProcess.Signal(owner.Pid, "KILL");
        CaptureNode.Until(() => plumb.Process.HasExited, "plumb ends");
        Assert.True(scene.IsChanged);
        var list = scene.Plumb("mirror", "list");
        Assert.Equal(1, list.WaitForExit());
        Assert.Contains("plumb-", list.Output, StringComparison.Ordinal);
        var collect = scene.Plumb("mirror", "gc");
        Assert.True(collect.WaitForExit() == 0, collect.Error);
        Assert.Equal(2, collect.Output.Split('\n').Count(l => l.StartsWith("removed mirror plumb-", StringComparison.Ordinal)));
        Assert.Contains("kept mirror span on br-int", collect.Error, StringComparison.Ordinal);
        scene.AssertAsBefore();
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_guard_is_not_needed_by_a_capture_that_ends_well(bool far)
    {
        await using var scene = await FaultScene.StartAsync(far);
        var plumb = scene.Capture("--filter", "icmp").WaitUntilReady();
        PlumbProcess.Signal(scene.Marked().Guard.Pid, "KILL");
        scene.Ping();
        plumb.Signal("INT");
        Assert.Equal(130, plumb.WaitForExit());
        Assert.Equal(18, scene.CountWhole());
        scene.AssertAsBefore();
    }

    [SkippableTheory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Reader_that_closes_the_pipe_ends_it(bool far, bool withTraffic)
    {
        await using var scene = await FaultScene.StartAsync(far);
        var plumb = scene.Plumb(false, "capture", CaptureNode.Tap, "--at", FaultScene.Places, "-w", "-").WaitUntilReady();
        plumb.Process.StandardOutput.Close();
        if (withTraffic)
        {
            scene.Ping();
        }
        Assert.Equal(0, plumb.WaitForExit());
        scene.AssertAsBefore();
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Full_disk_ends_it_and_the_file_is_whole_up_to_there(bool far)
    {
        await using var scene = await FaultScene.StartAsync(far);
        Root.SkipUnlessInstalled("unshare");
        var folder = Directory.CreateDirectory(scene.Node.Folder + "/small").FullName;
        var script = $"mount -t tmpfs -o size=64k tmpfs {folder} && \"$@\"; status=$?; cp {folder}/out.pcapng {scene.File}; exit $status";
        string[] remote = far ? [$"PLUMB_SSH={scene.Ssh.Program}", $"PLUMB_REMOTE={PlumbProcess.Program}"] : [];
        using var plumb = PlumbProcess.StartProgram(true, "unshare",
        [
            "-m", "sh", "-c", script, "sh", "env", .. remote, PlumbProcess.Program, "capture", CaptureNode.Tap, "--at", FaultScene.Places,
            "-w", folder + "/out.pcapng", .. far ? new[] { "--host", "there" } : [], .. scene.Node.Options,
        ]).WaitUntilReady();
        scene.Node.Guest.Run("ping", "-n", "-q", "-c", "100", "-i", "0.002", "-s", "1000", CaptureNode.RouterAddress);
        Assert.Equal(2, plumb.WaitForExit());
        Assert.Contains("No space left on device", plumb.Error, StringComparison.Ordinal);
        Assert.InRange(scene.CountWhole(), 30, 80); // of 1 KiB, and some small ones
        if (!far)
        {
            Assert.Contains(" not written", plumb.Error, StringComparison.Ordinal);
            Assert.DoesNotContain(" on the way", plumb.Error, StringComparison.Ordinal); // the account closes at each place
        }
        scene.AssertAsBefore();
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Deleted_bridge_of_one_place_ends_all(bool far)
    {
        await using var scene = await FaultScene.StartAsync(far);
        scene.Node.Vsctl("add-br", "br-x", "--", "set", "Bridge", "br-x", "datapath_type=netdev");
        scene.Node.Namespace.Run("ip", "link", "set", "br-x", "up");
        var plumb = scene.Plumb("capture", CaptureNode.Qvo, "br-x", "-w", scene.File).WaitUntilReady();
        scene.Ping();
        scene.Node.Vsctl("del-br", "br-x");
        Assert.Equal(2, plumb.WaitForExit());
        Assert.Contains("deleted", plumb.Error, StringComparison.Ordinal);
        Assert.InRange(scene.CountWhole(), 6, 20);
        scene.AssertAsBefore();
    }

    [SkippableTheory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Deleted_source_port_of_one_mirror_ends_all_also_when_it_is_made_anew_at_once(bool far, bool anew)
    {
        await using var scene = await FaultScene.StartAsync(far);
        string[] make = ["--", "add-port", "br-int", "extra0", "--", "set", "Interface", "extra0", "type=internal"];
        scene.Node.Vsctl(make);
        scene.Node.Namespace.Run("ip", "link", "set", "extra0", "up");
        var plumb = scene.Plumb("capture", CaptureNode.Tap, "extra0", "-w", scene.File).WaitUntilReady();
        scene.Ping();
        scene.Node.Vsctl(["del-port", "extra0", .. anew ? make : []]);
        Assert.Equal(2, plumb.WaitForExit());
        Assert.Contains("the mirrored port was deleted (or made anew: a mirror does not follow): extra0", plumb.Error, StringComparison.Ordinal);
        Assert.InRange(scene.CountWhole(), 6, 20);
        if (anew)
        {
            scene.Node.Vsctl("del-port", "extra0");
        }
        scene.AssertAsBefore();
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Device_that_goes_down_to_be_renamed_ends_all_and_is_named(bool far)
    {
        await using var scene = await FaultScene.StartAsync(far);
        var plumb = scene.Capture().WaitUntilReady();
        scene.Ping();
        scene.Node.Namespace.Run("ip", "link", "set", CaptureNode.Tap, "down");
        scene.Node.Namespace.Run("ip", "link", "set", CaptureNode.Tap, "name", "other-name");
        Assert.Equal(2, plumb.WaitForExit());
        Assert.Contains("the capture at test-vm tap ended", plumb.Error, StringComparison.Ordinal);
        Assert.True(scene.CountWhole() >= 18);
        scene.Node.Namespace.Run("ip", "link", "set", "other-name", "name", CaptureNode.Tap);
        scene.Node.Namespace.Run("ip", "link", "set", CaptureNode.Tap, "up");
        scene.AssertAsBefore();
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Output_port_that_somebody_takes_away_ends_all(bool far)
    {
        await using var scene = await FaultScene.StartAsync(far);
        var plumb = scene.Capture().WaitUntilReady();
        scene.Node.Vsctl("del-port", scene.Node.Vsctl("--bare", "--columns=name", "find", "Port", "external_ids:plumb-session!=x").Split('\n')[0]);
        Assert.Equal(2, plumb.WaitForExit());
        Assert.Contains("was taken away while it ran", plumb.Error, StringComparison.Ordinal);
        scene.AssertAsBefore();
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restarted_ovsdb_server_is_waited_for(bool far)
    {
        await using var scene = await FaultScene.StartAsync(far);
        var plumb = scene.Capture("--filter", "icmp").WaitUntilReady();
        scene.Ping();
        scene.Node.Server.Kill();
        await scene.Node.Server.StartProcessAsync();
        scene.Node.Vsctl("set", "Open_vSwitch", ".", "external_ids:hostname=capture-test");
        scene.Ping();
        plumb.Signal("INT");
        Assert.Equal(130, plumb.WaitForExit());
        Assert.Equal(36, scene.CountWhole());
        scene.AssertAsBefore();
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ovsdb_server_that_stays_away_at_the_stop_leaves_what_is_named_and_is_collected_later(bool far)
    {
        await using var scene = await FaultScene.StartAsync(far);
        var plumb = scene.Capture("--filter", "icmp").WaitUntilReady();
        scene.Ping();
        scene.WaitForPackets(18);
        var (owner, guard) = scene.Marked();
        scene.Node.Server.Kill();
        plumb.Signal("INT");
        Assert.Equal(4, FaultScene.WaitForExit(plumb));
        Assert.Contains("not all that was made could be removed", plumb.Error, StringComparison.Ordinal);
        Assert.Contains("plumb mirror gc", plumb.Error, StringComparison.Ordinal);
        Assert.Equal(18, scene.CountWhole());
        Assert.False(owner.IsAlive);
        await scene.Node.Server.StartProcessAsync();
        scene.Node.Vsctl("set", "Open_vSwitch", ".", "external_ids:hostname=capture-test");
        scene.AssertAsBefore(); // the guard goes on trying
        CaptureNode.Until(() => !guard.IsAlive, "the guard ends");
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restarted_ovs_vswitchd_mirrors_on(bool far)
    {
        await using var scene = await FaultScene.StartAsync(far, survivesRestart: true);
        var plumb = scene.Capture().WaitUntilReady();
        scene.Node.KillVswitchd();
        scene.Node.StartVswitchd();
        CaptureNode.Until(() => scene.Node.Ping(CaptureNode.OtherAddress, 1).Contains(" 1 received", StringComparison.Ordinal), "pings pass again");
        plumb.Signal("INT");
        Assert.Equal(130, plumb.WaitForExit());
        Assert.True(scene.CountWhole() >= 6);
        scene.AssertAsBefore();
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ovs_vswitchd_that_stays_away_keeps_nothing_from_being_removed(bool far)
    {
        await using var scene = await FaultScene.StartAsync(far, survivesRestart: true);
        var plumb = scene.Capture("--filter", "icmp").WaitUntilReady();
        scene.Ping();
        scene.WaitForPackets(18);
        scene.Node.KillVswitchd();
        plumb.Signal("INT");
        Assert.Equal(130, plumb.WaitForExit());
        Assert.Equal(18, scene.CountWhole());
        scene.Node.StartVswitchd();
        scene.AssertAsBefore();
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_captures_of_the_same_places_do_not_meet(bool far)
    {
        await using var scene = await FaultScene.StartAsync(far);
        var first = scene.Capture("--filter", "icmp").WaitUntilReady();
        using var second = PlumbProcess.Start(
            scene.Node, "capture", CaptureNode.Tap, "--at", FaultScene.Places, "--filter", "icmp", "-w", scene.Node.Folder + "/second.pcapng")
            .WaitUntilReady();
        scene.Ping();
        first.Signal("INT");
        Assert.Equal(130, first.WaitForExit());
        scene.Ping();
        second.Signal("INT");
        Assert.Equal(130, second.WaitForExit());
        Assert.Equal((18, 36), (scene.CountWhole(), scene.CountWhole(scene.Node.Folder + "/second.pcapng")));
        scene.AssertAsBefore();
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_while_it_starts_leaves_nothing(bool far)
    {
        await using var scene = await FaultScene.StartAsync(far);
        for (var milliseconds = 50; milliseconds <= (far ? 1000 : 500); milliseconds += far ? 100 : 50)
        {
            var plumb = scene.Capture();
            await Task.Delay(milliseconds);
            plumb.Signal("KILL");
            CaptureNode.Until(() => plumb.Process.HasExited, "it is dead");
        }
        scene.AssertAsBefore();
    }

    [SkippableFact]
    public async Task Files_of_a_ring_are_whole_compressed_or_not_and_the_oldest_go()
    {
        await using var scene = await FaultScene.StartAsync(far: false);
        foreach (var name in new[] { "ring.pcapng", "ring.pcapng.zst" })
        {
            var plumb = scene.Plumb("capture", CaptureNode.Tap, "--at", FaultScene.Places, "--file-size", "16K", "--ring-files", "2", "-w",
                Path.Combine(scene.Node.Folder, name)).WaitUntilReady();
            scene.Node.Guest.Run("ping", "-n", "-q", "-c", "60", "-i", "0.005", "-s", "1000", CaptureNode.RouterAddress);
            plumb.Signal("INT");
            Assert.Equal(130, plumb.WaitForExit());
            var files = Directory.GetFiles(scene.Node.Folder, "ring_*" + name["ring".Length..]);
            Assert.Equal(2, files.Length);
            Assert.All(files, file => Assert.True(FaultScene.Count(file) > 0));
        }
        scene.AssertAsBefore();
    }
}
