using Plumbline.Packets.Pcapng;

namespace Plumbline.Integration.Tests.Capturing;

/// <summary><c>--host</c>: the fault matrix of a capture on another node.</summary>
public sealed class RemoteTests
{
    private static PlumbProcess Start(CaptureNode node, bool readOutput, params string[] arguments) => PlumbProcess.StartProgram(
        readOutput, "env",
        [
            $"PLUMB_SSH={StandInSsh.Write(node.Folder)}", $"PLUMB_REMOTE={PlumbProcess.Program}", PlumbProcess.Program, .. arguments, "--host",
            "somebody@there", .. node.Options,
        ]);

    [SkippableFact]
    public async Task Question_is_answered_by_the_other_node()
    {
        await using var node = await CaptureNode.StartAsync();
        using var plumb = Start(node, true, "ports");
        Assert.Equal(0, plumb.WaitForExit());
        Assert.Contains(CaptureNode.Tap, plumb.Output, StringComparison.Ordinal);
        using var wrong = Start(node, true, "ports", "--no-such-option");
        Assert.Equal(2, wrong.WaitForExit());
    }

    [SkippableTheory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 130)]
    [InlineData("KILL", 137)]
    public async Task Killed_remote_capture_leaves_nothing_there(string signal, int status)
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        var file = Path.Combine(node.Folder, "remote.pcapng");
        using var plumb = Start(node, true, "capture", CaptureNode.Qvo, "--at", "br-int", "-w", file).WaitUntilReady();
        node.Ping(CaptureNode.RouterAddress, 3);
        plumb.Signal(signal);
        plumb.Process.WaitForExit(TimeSpan.FromSeconds(30));
        Assert.Equal(status, plumb.Process.ExitCode);
        CaptureNode.Until(() => node.Dump() == before, "the far side has removed what it made");
        if (signal != "KILL")
        {
            using var stream = File.OpenRead(file);
            var reader = new PcapngReader(stream, file);
            var packets = 0;
            while (reader.ReadPacket() is not null)
            {
                packets++;
            }
            Assert.True(packets >= 6, $"{packets} packets"); // three questions, three answers: the tail came too
            Assert.False(reader.IsTruncated);
            Assert.NotNull(reader.Interfaces[0].Statistics);
        }
    }

    [SkippableFact]
    public async Task Local_reader_that_goes_ends_the_remote_capture()
    {
        await using var node = await CaptureNode.StartAsync();
        var before = node.Dump();
        using var plumb = Start(node, false, "capture", CaptureNode.Qvo, "--at", "br-int", "-w", "-").WaitUntilReady();
        plumb.Process.StandardOutput.Close();
        Assert.Equal(0, plumb.WaitForExit());
        CaptureNode.Until(() => node.Dump() == before, "the far side has removed what it made");
    }
}
