using System.Diagnostics;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Capturing;

/// <summary>
/// What a node's other users do while several places are captured, here and over ssh: a VM goes, a bridge is made anew,
/// the clock is set.
/// </summary>
public sealed class SeveralPlacesChangeTests
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Namespace_of_the_instance_that_is_deleted_takes_its_tap_and_ends_all(bool far)
    {
        await using var scene = await FaultScene.StartAsync(far);
        var instance = TestNamespace.Create("third");
        try
        {
            scene.Node.Namespace.Run(
                "ip", "link", "add", "tapthird000-01", "type", "veth", "peer", "name", "eth0", "netns", instance.Path);
            scene.Node.Namespace.Run("ip", "link", "set", "tapthird000-01", "up");
            instance.Run("ip", "link", "set", "eth0", "up");
            scene.Node.Vsctl("add-port", "br-int", "tapthird000-01", "tag=1");
            var plumb = scene.Plumb("capture", CaptureNode.Tap, "/tapthird000-01", "br-tun", "-w",
                scene.File).WaitUntilReady();
            scene.Ping();
            instance.Dispose();
            Assert.Equal(2, plumb.WaitForExit());
            Assert.True(plumb.Error.Contains("tapthird000-01 nic ended", StringComparison.Ordinal), plumb.Error);
            Assert.True(scene.CountWhole() >= 6);
        }
        finally
        {
            scene.Node.Vsctl("--if-exists", "del-port", "tapthird000-01");
        }
        scene.AssertAsBefore();
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Bridge_that_is_deleted_and_made_anew_at_once_is_another_one(bool far)
    {
        await using var scene = await FaultScene.StartAsync(far);
        string[] make = ["--", "add-br", "br-x", "--", "set", "Bridge", "br-x", "datapath_type=netdev"];
        scene.Node.Vsctl(make);
        scene.Node.Namespace.Run("ip", "link", "set", "br-x", "up");
        var plumb = scene.Plumb("capture", CaptureNode.Qvo, "br-x", "-w", scene.File).WaitUntilReady();
        scene.Ping();
        scene.Node.Vsctl(["del-br", "br-x", .. make]);
        Assert.Equal(2, plumb.WaitForExit());
        Assert.Contains("deleted", plumb.Error, StringComparison.Ordinal);
        Assert.InRange(scene.CountWhole(), 6, 20);
        scene.Node.Vsctl("del-br", "br-x");
        scene.AssertAsBefore();
    }

    /// <summary>
    /// The machine's clock is not a test's to set: a library that is loaded before libc tells plumb a time an hour
    /// ahead while it starts, and then the kernel's. To plumb that is a clock that was set back.
    /// </summary>
    [SkippableTheory]
    [InlineData("tap")]
    [InlineData(FaultScene.Places)]
    public async Task Clock_that_is_set_back_loses_no_packet(string places)
    {
        await using var scene = await FaultScene.StartAsync(far: false);
        Root.SkipUnlessInstalled("cc");
        var library = Build(Directory.CreateDirectory(scene.Node.Folder + "/small").FullName);
        var ahead = scene.Node.Folder + "/small/ahead";
        File.WriteAllText(ahead, "");
        using var plumb = PlumbProcess.StartProgram(true, "env",
        [
            $"LD_PRELOAD={library}", $"AHEAD={ahead}", PlumbProcess.Program, "capture", CaptureNode.Tap, "--at", places,
            "--filter", "icmp", "-w", scene.File, .. scene.Node.Options,
        ]).WaitUntilReady();
        var clock = Stopwatch.StartNew();
        File.Delete(ahead);
        CaptureNode.Until(() => clock.Elapsed > TimeSpan.FromSeconds(2.5),
            "what was caught before the start has been read");
        scene.Ping(10);
        plumb.Signal("INT");
        Assert.Equal(130, plumb.WaitForExit());
        Assert.Equal(places == "tap" ? 20 : 60, scene.CountWhole());
        Assert.DoesNotContain("too fast to be put in order", plumb.Error, StringComparison.Ordinal);
        scene.AssertAsBefore();
    }

    private static string Build(string folder)
    {
        File.WriteAllText(folder + "/ahead.c", """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <stdlib.h>
            #include <time.h>
            #include <unistd.h>
            int clock_gettime(clockid_t id, struct timespec *t)
            {
                static int (*real)(clockid_t, struct timespec *);
                if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
                int result = real(id, t);
                const char *file = getenv("AHEAD");
                if (id == CLOCK_REALTIME && file && access(file, F_OK) == 0) t->tv_sec += 3600;
                return result;
            }
            """);
        using var cc = Process.Start("cc", ["-shared", "-fPIC", "-O1", "-o", folder + "/ahead.so", folder + "/ahead.c",
            "-ldl"]);
        cc.WaitForExit();
        Assert.Equal(0, cc.ExitCode);
        return folder + "/ahead.so";
    }
}
