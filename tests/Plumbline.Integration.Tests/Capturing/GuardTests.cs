using System.Diagnostics;
using Plumbline.Integration.Tests.Mirrors;
using Plumbline.Linux;
using Plumbline.Operations.Mirroring;

namespace Plumbline.Integration.Tests.Capturing;

/// <summary>A guard ends when nothing is left that it could undo, and not before.</summary>
public sealed class GuardTests
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Guard_of_a_killed_capture_ends_when_its_node_is_gone_for_good(bool goneFirst)
    {
        IReadOnlyList<int> guards;
        CaptureNode node;
        await using (node = await CaptureNode.StartAsync())
        {
            using var plumb = Capture(node);
            guards = node.Guards();
            Assert.Single(guards);
            node.Server.Kill();
            if (goneFirst)
            {
                node.KillVswitchd();
            }
            plumb.Signal("KILL");
            CaptureNode.Until(() => node.Guards().Count > 1, "the guard tries");
        }
        Assert.Empty(node.Guards()); // DisposeAsync has waited
        Assert.All(guards, guard => Assert.Null(ProcessIdentity.Find(guard)));
    }

    [SkippableFact]
    public async Task Guard_of_a_killed_keeper_ends_when_its_node_is_gone_for_good()
    {
        await using var node = await LastingNode.StartAsync();
        node.Plumb(0, "add", "ids", "test-vm");
        Assert.Single(node.Node.Guards());
        node.Service.Signal("KILL");
        node.Service.Process.WaitForExit(TimeSpan.FromSeconds(5));
        CaptureNode.Until(() => node.Node.Guards().Count > 1, "the guard waits for another keeper");
    } // and disposing the node waits for it

    [SkippableFact]
    public async Task Guard_waits_for_an_ovsdb_server_that_is_restarted_later()
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        using var plumb = Capture(node);
        node.Server.Kill();
        plumb.Signal("KILL");
        CaptureNode.Until(() => node.Guards().Count > 1, "the guard tries");
        File.Delete(node.Server.Socket); // as after an orderly stop
        var first = node.Guards().Max();
        CaptureNode.Until(
            () => node.Guards() is { Count: > 1 } now && now.Max() != first, "and tries again", seconds: 40);
        await node.Server.StartProcessAsync();
        node.Vsctl("set", "Open_vSwitch", ".", "external_ids:hostname=capture-test");
        CaptureNode.Until(() => node.Guards().Count == 0, "it has removed all and ends", seconds: 40);
        Assert.Equal(before, node.Dump());
    }

    [SkippableFact]
    public async Task Namespace_without_its_name_is_found_by_who_lives_in_it()
    {
        await using var node = await CaptureNode.StartAsync();
        var guarded = GuardedNode.Of(node.Access);
        Assert.Equal(node.Server.Directory + "/conf.db", guarded.DatabaseFile);
        Assert.Equal(node.Server.Pid, guarded.Server!.Pid);
        Assert.Equal(node.Access.NamespaceFile, guarded.FindNamespace(node.Access));
        Assert.False(guarded.IsDatabaseGone(node.Access));
        var elsewhere = node.Access with { NamespaceFile = node.Folder + "/no-such" };
        using var living = node.Namespace.Namespace.Run(() => Process.Start("sleep", "60"));
        try
        {
            using var found = NetworkNamespace.Open(guarded.FindNamespace(elsewhere)!);
            Assert.Equal(guarded.NamespaceInode, found.Inode);
        }
        finally
        {
            living.Kill();
            living.WaitForExit();
        }
        // a name that another namespace bears by now is not the node's
        Assert.NotEqual(node.Guest.Path, guarded.FindNamespace(node.Access with { NamespaceFile = node.Guest.Path }));
    }

    [SkippableFact]
    public async Task Device_in_a_namespace_that_lost_its_name_is_removed_all_the_same()
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        var name = node.Folder + "/by-another-name";
        File.WriteAllText(name, "");
        node.Namespace.Run("true"); // the namespace itself stays: what goes is the name that plumb was given
        using (var mount = Process.Start("mount", ["--bind", node.Namespace.Path, name]))
        {
            mount.WaitForExit();
            Assert.Equal(0, mount.ExitCode);
        }
        using var plumb = PlumbProcess.StartProgram(true, PlumbProcess.Program,
        [
            "capture", "br-int", "-w", node.Folder + "/out.pcapng",
            .. node.Options.Select(o => o == node.Namespace.Path ? name : o),
        ]).WaitUntilReady();
        using (var umount = Process.Start("umount", ["-l", name]))
        {
            umount.WaitForExit();
        }
        plumb.Signal("KILL");
        CaptureNode.Until(() => node.Dump() == before, "the guard finds the namespace by its processes", seconds: 40);
    }

    private static PlumbProcess Capture(CaptureNode node) =>
        PlumbProcess.Start(node, "capture", "br-int", "-w", node.Folder + "/out.pcapng").WaitUntilReady();
}
