using Plumbline.Integration.Tests.Capturing;
using static System.StringComparison;

namespace Plumbline.Integration.Tests.Mirrors;

/// <summary>Who keeps lasting mirrors may die in any way: nothing stays for ever, and nothing is lost.</summary>
public sealed class KeeperTests
{
    [SkippableFact]
    public async Task Service_that_is_asked_to_end_removes_all_and_restores_it_when_it_starts()
    {
        await using var node = await LastingNode.StartAsync();
        var before = node.Node.Dump();
        node.Plumb(0, "add", "ids", "test-vm");
        node.Service.Signal("TERM");
        Assert.Equal(0, node.Service.WaitForExit());
        Assert.Equal(before, node.Node.Dump());
        Assert.Contains("the service does not run", node.Plumb(1, "list"), Ordinal);
        node.StartService();
        CaptureNode.Until(() => node.Row("ids") is { SelectSourcePorts.Count: 1 }, "the mirror is back");
        node.Plumb(0, "remove", "ids");
        Assert.Equal(before, node.Node.Dump());
    }

    [SkippableFact]
    public async Task Killed_service_leaves_the_mirror_to_the_next_one_which_takes_the_same_rows()
    {
        await using var node = await LastingNode.StartAsync();
        var before = node.Node.Dump();
        node.Plumb(0, "add", "ids", "test-vm");
        var row = node.Row("ids")!;
        node.Service.Signal("KILL");
        node.Service.Process.WaitForExit(TimeSpan.FromSeconds(5)); // not for its output: the guard holds that
        node.StartService();
        Assert.Equal(row.Uuid, node.Row("ids")!.Uuid);
        node.Plumb(0, "remove", "ids");
        Assert.Equal(before, node.Node.Dump());
    }

    [SkippableFact]
    public async Task Killed_service_that_nobody_replaces_is_cleaned_up_after_by_its_guard_when_the_lease_is_over()
    {
        await using var node = await LastingNode.StartAsync(lease: "8s");
        var before = node.Node.Dump();
        node.Plumb(0, "add", "ids", "test-vm");
        node.Service.Signal("KILL");
        node.Service.Process.WaitForExit(TimeSpan.FromSeconds(5)); // not for its output: the guard holds that
        Assert.NotNull(node.Row("ids"));
        CaptureNode.Until(() => node.Row("ids") is null, "the guard removes the lapsed mirror");
        CaptureNode.Until(() => node.Node.Dump() == before, "and the device");
    }

    /// <summary>As when the kill comes between the transaction and the device, both when a mirror is made and when it is removed.</summary>
    [SkippableFact]
    public async Task Device_without_its_rows_is_removed_by_the_guard_too()
    {
        await using var node = await LastingNode.StartAsync(lease: "5s");
        var before = node.Node.Dump();
        node.Plumb(0, "add", "ids", "test-vm");
        node.Service.Signal("STOP");
        node.Node.Vsctl("--", "--id=@m", "get", "Mirror", "ids", "--", "remove", "Bridge", "br-int", "mirrors", "@m", "--", "del-port", "mir-ids");
        node.Service.Signal("KILL");
        node.Service.Process.WaitForExit(TimeSpan.FromSeconds(5));
        Assert.NotEqual(before, node.Node.Dump());
        CaptureNode.Until(() => node.Node.Dump() == before, "the guard removes the device", seconds: 60);
    }

    [SkippableFact]
    public async Task Service_and_guard_killed_the_next_plumb_finds_the_mirror_lapsed_and_removes_it()
    {
        await using var node = await LastingNode.StartAsync(lease: "2s");
        var before = node.Node.Dump();
        node.Plumb(0, "add", "ids", "test-vm");
        var guards = File.ReadAllText($"/proc/{node.Service.Process.Id}/task/{node.Service.Process.Id}/children")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var guard in guards)
        {
            PlumbProcess.Signal(int.Parse(guard, System.Globalization.CultureInfo.InvariantCulture), "KILL");
        }
        node.Service.Signal("KILL");
        node.Service.Process.WaitForExit(TimeSpan.FromSeconds(5)); // not for its output: the guard holds that
        CaptureNode.Until(() => node.Plumb(1, "list").Contains("lapsed", Ordinal), "its lease runs out");
        Assert.NotNull(node.Row("ids"));
        node.Plumb(0, "gc");
        Assert.Equal(before, node.Node.Dump());
    }

    [SkippableFact]
    public async Task Mirror_with_a_time_ends_by_itself()
    {
        await using var node = await LastingNode.StartAsync();
        var before = node.Node.Dump();
        node.Plumb(0, "add", "ids", "test-vm", "--for", "12s");
        CaptureNode.Until(() => node.Row("ids") is null, "its time is over");
        CaptureNode.Until(() => node.Node.Dump() == before, "and its device is gone");
        Assert.Contains("there is no lasting mirror ids", node.Plumb(2, "remove", "ids"), Ordinal);
    }

    [SkippableFact]
    public async Task Without_the_service_it_is_refused_or_a_process_of_its_own_keeps_it()
    {
        await using var node = await LastingNode.StartAsync(withService: false);
        var before = node.Node.Dump();
        Assert.Contains("the service that keeps lasting mirrors does not run", node.Plumb(3, "add", "ids", "test-vm"), Ordinal);
        Assert.Equal(before, node.Node.Dump());
        node.Plumb(0, "add", "ids", "test-vm", "--no-service");
        Assert.NotNull(node.Row("ids"));
        Assert.Contains("there is a lasting mirror ids", node.Plumb(2, "add", "ids", "test-vm", "--no-service"), Ordinal);
        node.Plumb(0, "remove", "ids");
        Assert.Equal(before, node.Node.Dump());
    }
}
