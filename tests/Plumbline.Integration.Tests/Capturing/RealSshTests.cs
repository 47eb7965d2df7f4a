using Plumbline.Linux.Compression;
using Plumbline.Packets.Pcapng;

namespace Plumbline.Integration.Tests.Capturing;

/// <summary>
/// <c>--host</c> over a real sshd: however the connection or one of its ends goes, the node is soon as it was, and the file here is whole.
/// </summary>
public sealed class RealSshTests
{
    /// <summary>A silence is noticed after 15 s here (ssh's own questions), after 20 s there.</summary>
    private const int SilencePatience = 60;

    private static PlumbProcess Start(CaptureNode node, RealSsh ssh, params string[] arguments) => PlumbProcess.StartProgram(
        true, "env",
        [
            $"PLUMB_SSH={ssh.Program}", $"PLUMB_REMOTE={PlumbProcess.Program}", PlumbProcess.Program, .. arguments, "--host", "there",
            .. node.Options,
        ]);

    [SkippableFact]
    public async Task Interrupted_capture_brings_its_tail_and_its_statistics()
    {
        await using var node = await CaptureNode.StartAsync();
        using var ssh = RealSsh.Start();
        var before = node.Dump();
        var file = Path.Combine(node.Folder, "remote.pcapng.zst");
        using var plumb = Start(node, ssh, "capture", CaptureNode.Qvo, "--at", "br-int", "-w", file).WaitUntilReady();
        node.Ping(CaptureNode.RouterAddress, 5);
        plumb.Signal("INT");
        Assert.Equal(130, plumb.WaitForExit());
        CaptureNode.Until(() => node.Dump() == before, "the far side has removed what it made");
        var reader = ReadAll(file, out var packets);
        Assert.True(packets >= 10, $"{packets} packets");
        Assert.NotNull(reader.Interfaces[0].Statistics);
    }

    [SkippableFact]
    public async Task Several_places_are_captured_there_into_one_file_here()
    {
        await using var node = await CaptureNode.StartAsync();
        using var ssh = RealSsh.Start();
        var before = node.Dump();
        var file = Path.Combine(node.Folder, "remote.pcapng");
        using var plumb = Start(node, ssh, "capture", CaptureNode.Tap, "--at", "tap,qvo,br-int", "-w", file).WaitUntilReady();
        node.Ping(CaptureNode.RouterAddress, 5);
        plumb.Signal("TERM");
        Assert.Equal(130, plumb.WaitForExit());
        CaptureNode.Until(() => node.Dump() == before, "the far side has removed what it made");
        var reader = ReadAll(file, out var packets);
        Assert.True(packets >= 30, $"{packets} packets");
        Assert.Equal(["tap", "qvo", "br-int"], reader.Interfaces.Select(i => i.Hop!.Kind));
    }

    [SkippableFact]
    public async Task Line_that_is_cut_without_a_word_leaves_nothing_there_and_a_whole_file_here()
    {
        await using var node = await CaptureNode.StartAsync();
        using var ssh = RealSsh.Start();
        var before = node.Dump();
        var file = Path.Combine(node.Folder, "remote.pcapng");
        using var plumb = Start(node, ssh, "capture", CaptureNode.Tap, "--at", "tap,br-int", "-w", file).WaitUntilReady();
        node.Ping(CaptureNode.RouterAddress, 5);
        CaptureNode.Until(() => new FileInfo(file).Length > 3000, "packets have come");
        ssh.Cut();
        node.Ping(CaptureNode.RouterAddress, 5);
        CaptureNode.Until(() => node.Dump() == before, "the far side has removed what it made", SilencePatience);
        CaptureNode.Until(() => plumb.Process.HasExited, "this side has noticed", SilencePatience);
        Assert.Equal(2, plumb.WaitForExit());
        Assert.Contains("the connection was lost; what had come is in", plumb.Error, StringComparison.Ordinal);
        ReadAll(file, out var packets);
        Assert.InRange(packets, 1, 40);
    }

    [SkippableFact]
    public async Task Connection_that_ends_leaves_nothing_there_and_a_whole_file_here()
    {
        await using var node = await CaptureNode.StartAsync();
        using var ssh = RealSsh.Start();
        var before = node.Dump();
        var file = Path.Combine(node.Folder, "remote.pcapng");
        using var plumb = Start(node, ssh, "capture", CaptureNode.Qvo, "--at", "br-int", "-w", file).WaitUntilReady();
        node.Ping(CaptureNode.RouterAddress, 5);
        CaptureNode.Until(() => new FileInfo(file).Length > 2000, "packets have come");
        ssh.Hang();
        Assert.Equal(2, plumb.WaitForExit());
        CaptureNode.Until(() => node.Dump() == before, "the far side has removed what it made", SilencePatience);
        ReadAll(file, out var packets);
        Assert.True(packets > 0);
    }

    [SkippableFact]
    public async Task Killed_local_side_leaves_nothing_there()
    {
        await using var node = await CaptureNode.StartAsync();
        using var ssh = RealSsh.Start();
        var before = node.Dump();
        using var plumb = Start(node, ssh, "capture", CaptureNode.Qvo, "--at", "br-int", "-w", Path.Combine(node.Folder, "remote.pcapng"))
            .WaitUntilReady();
        plumb.Signal("KILL");
        CaptureNode.Until(() => node.Dump() == before, "the far side has removed what it made", SilencePatience);
    }

    [SkippableFact]
    public async Task Full_disk_here_ends_the_capture_there_and_is_told()
    {
        await using var node = await CaptureNode.StartAsync();
        using var ssh = RealSsh.Start();
        var before = node.Dump();
        using var plumb = Start(node, ssh, "capture", CaptureNode.Qvo, "--at", "br-int", "-w", "/dev/full");
        Assert.Equal(2, plumb.WaitForExit());
        Assert.Contains("cannot write packets: No space left on device", plumb.Error, StringComparison.Ordinal);
        CaptureNode.Until(() => node.Dump() == before, "the far side has removed what it made");
    }

    [SkippableFact]
    public async Task Pushed_program_answers_where_there_was_none()
    {
        await using var node = await CaptureNode.StartAsync();
        using var ssh = RealSsh.Start();
        PlumbProcess Ask(params string[] more) => PlumbProcess.StartProgram(
            true, "env", ["-u", "PLUMB_REMOTE", $"PLUMB_SSH={ssh.Program}", PlumbProcess.Program, "ports", "--host", "there", .. more, .. node.Options]);
        using var missing = Ask();
        Assert.Equal(2, missing.WaitForExit());
        Assert.Contains("there is no plumb on there", missing.Error, StringComparison.Ordinal);
        using var first = Ask("--push");
        Assert.True(first.WaitForExit() == 0, first.Error);
        Assert.Contains("copying plumb to there", first.Error, StringComparison.Ordinal);
        Assert.Contains(CaptureNode.Tap, first.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(ssh.Home, ".cache/plumb/plumb")));
        using var second = Ask("--push");
        Assert.Equal(0, second.WaitForExit());
        Assert.DoesNotContain("copying", second.Error, StringComparison.Ordinal);
    }

    private static PcapngReader ReadAll(string file, out int packets)
    {
        using var stream = File.OpenRead(file);
        using var unpacked = file.EndsWith(".zst", StringComparison.Ordinal) ? new ZstdStream(stream) : null;
        var reader = new PcapngReader(unpacked is null ? stream : unpacked, file);
        packets = 0;
        while (reader.TryRead(out _))
        {
            packets++;
        }
        Assert.False(reader.IsTruncated);
        return reader;
    }
}
