namespace Plumbline.Integration.Tests.Capturing;

/// <summary>
/// <c>--host</c> over a real sshd: however the connection or one of its ends goes, the node is soon as it was, and the file here is whole.
/// What may happen on the far node itself: <see cref="SeveralPlacesFaultTests"/>.
/// </summary>
public sealed class RealSshTests
{
    [SkippableFact]
    public async Task File_written_here_is_compressed_here_and_has_places_and_statistics()
    {
        await using var scene = await FaultScene.StartAsync(far: true);
        var file = scene.Node.Folder + "/remote.pcapng.zst";
        var plumb = scene.Plumb("capture", CaptureNode.Tap, "--at", "tap,qvo,br-int", "-w", file).WaitUntilReady();
        scene.Ping(5);
        plumb.Signal("INT");
        Assert.Equal(130, plumb.WaitForExit());
        Assert.True(FaultScene.Count(file) >= 30);
        using var opened = Diagnosis.Reading.CaptureFile.Open(file, follow: false, CancellationToken.None);
        while (opened.Reader.TryRead(out _))
        {
            continue; // statistics stand at the end
        }
        Assert.Equal(["tap", "qvo", "br-int"], opened.Reader.Interfaces.Select(i => i.Hop!.Kind));
        Assert.All(opened.Reader.Interfaces, place => Assert.NotNull(place.Statistics));
        scene.AssertAsBefore();
    }

    [SkippableFact]
    public async Task Line_that_is_cut_without_a_word_leaves_nothing_there_and_a_whole_file_here()
    {
        await using var scene = await FaultScene.StartAsync(far: true);
        var plumb = scene.Capture().WaitUntilReady();
        scene.Ping(5);
        scene.WaitForPackets(30);
        scene.Ssh.Cut();
        scene.Ping(5);
        scene.AssertAsBefore();
        Assert.Equal(2, FaultScene.WaitForExit(plumb));
        Assert.Contains("the connection was lost; what had come is in", plumb.Error, StringComparison.Ordinal);
        Assert.InRange(scene.CountWhole(), 30, 60);
    }

    [SkippableFact]
    public async Task Connection_that_ends_leaves_nothing_there_and_a_whole_file_here()
    {
        await using var scene = await FaultScene.StartAsync(far: true);
        var plumb = scene.Capture().WaitUntilReady();
        scene.Ping(5);
        scene.WaitForPackets();
        scene.Ssh.Hang();
        Assert.Equal(2, plumb.WaitForExit());
        scene.AssertAsBefore();
        Assert.True(scene.CountWhole() > 0);
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Killed_client_leaves_nothing_there_and_a_whole_file_here(bool plumbItself)
    {
        await using var scene = await FaultScene.StartAsync(far: true);
        var plumb = scene.Capture().WaitUntilReady();
        scene.Ping();
        scene.WaitForPackets();
        var children = File.ReadAllText($"/proc/{plumb.Process.Id}/task/{plumb.Process.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (plumbItself)
        {
            plumb.Signal("KILL");
        }
        else
        {
            PlumbProcess.Signal(int.Parse(Assert.Single(children), System.Globalization.CultureInfo.InvariantCulture), "KILL"); // its ssh
            Assert.Equal(2, plumb.WaitForExit());
            Assert.Contains("the connection was lost", plumb.Error, StringComparison.Ordinal);
        }
        scene.AssertAsBefore();
        Assert.True(scene.CountWhole() > 0);
    }

    [SkippableFact]
    public async Task Pushed_program_answers_where_there_was_none_and_replaces_another_version()
    {
        await using var scene = await FaultScene.StartAsync(far: true);
        PlumbProcess Ask(params string[] more) => PlumbProcess.StartProgram(
            true, "env",
            [
                "-u", "PLUMB_REMOTE", $"PLUMB_SSH={scene.Ssh.Program}", PlumbProcess.Program, "ports", "--host", "there", .. more,
                .. scene.Node.Options,
            ]);
        using var missing = Ask();
        Assert.Equal(2, missing.WaitForExit());
        Assert.Contains("there is no plumb on there", missing.Error, StringComparison.Ordinal);
        Assert.Contains("--push copies this one there", missing.Error, StringComparison.Ordinal);
        using var first = Ask("--push");
        Assert.True(first.WaitForExit() == 0, first.Error);
        Assert.Contains("copying plumb to there", first.Error, StringComparison.Ordinal);
        Assert.Contains(CaptureNode.Tap, first.Output, StringComparison.Ordinal);
        using var second = Ask("--push");
        Assert.Equal(0, second.WaitForExit());
        Assert.DoesNotContain("copying", second.Error, StringComparison.Ordinal);
        var pushed = Path.Combine(scene.Ssh.Home, ".cache/plumb/plumb");
        File.Delete(pushed);
        File.WriteAllText(pushed, "#!/bin/sh\necho plumb 0.0.9\n");
        File.SetUnixFileMode(pushed, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var third = Ask("--push");
        Assert.True(third.WaitForExit() == 0, third.Error);
        Assert.Contains("copying plumb to there", third.Error, StringComparison.Ordinal);
        Assert.Contains(CaptureNode.Tap, third.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Other_version_there_that_does_not_understand_is_named()
    {
        await using var scene = await FaultScene.StartAsync(far: true);
        var run = Far(scene, """
            #!/bin/sh
            [ "$1" = --version ] && { echo plumb 0.0.9; exit; }
            echo "error: Unknown option '--at'" >&2
            exit 2

            """, "capture", CaptureNode.Tap, "--at", "tap", "-w", scene.File);
        Assert.Equal(2, run.WaitForExit());
        Assert.Contains("Unknown option '--at'", run.Error, StringComparison.Ordinal);
        Assert.Contains("plumb 0.0.9 answers on there, this is plumb ", run.Error, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("#!/bin/sh\nkill -ILL $$\n")] // what a program for a later processor comes to
    [InlineData("no program at all\n")]
    [InlineData("\u007fELF\u0002\u0001\u0001")] // cut off, or of another machine
    public async Task Program_there_that_does_not_start_is_told_and_no_empty_file_is_left(string program)
    {
        await using var scene = await FaultScene.StartAsync(far: true);
        var run = Far(scene, program, "capture", CaptureNode.Tap, "--at", "tap", "-w", scene.File);
        Assert.Equal(2, run.WaitForExit());
        Assert.Contains("error: the plumb on there does not start", run.Error, StringComparison.Ordinal);
        Assert.Contains("PLUMB_CPU=x86-64-v2", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(scene.File));
    }

    [SkippableTheory]
    [InlineData("-net_raw,-net_admin", "run as root (sudo)")]
    [InlineData("-all", "as far as this user may see")]
    public async Task Without_the_rights_there_it_is_said_and_nothing_is_left(string rights, string said)
    {
        await using var scene = await FaultScene.StartAsync(far: true);
        var run = Far(scene, $"#!/bin/sh\nexec setpriv --bounding-set {rights} --inh-caps {rights} {PlumbProcess.Program} \"$@\"\n",
            ["capture", CaptureNode.Tap, "--at", FaultScene.Places, "-w", scene.File, .. scene.Node.Options]);
        Assert.Equal(2, run.WaitForExit());
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
        Assert.Contains("run as root (sudo)", run.Error, StringComparison.Ordinal);
        scene.AssertAsBefore();
    }

    [SkippableFact]
    public async Task Sudo_there_captures_and_is_stopped_from_here()
    {
        await using var scene = await FaultScene.StartAsync(far: true);
        WriteSudo(scene, "exec env -i PATH=\"$PATH\" HOME=/ \"$@\"");
        var plumb = scene.Capture("--filter", "icmp", "--sudo").WaitUntilReady();
        scene.Ping();
        plumb.Signal("INT");
        Assert.Equal(130, plumb.WaitForExit());
        Assert.Equal(18, scene.CountWhole());
        Assert.True(File.Exists(scene.Ssh.Home + "/sudo.used"));
        scene.AssertAsBefore();
    }

    [SkippableFact]
    public async Task Sudo_there_that_wants_a_password_is_no_answer_of_plumbs()
    {
        await using var scene = await FaultScene.StartAsync(far: true);
        WriteSudo(scene, "echo 'sudo: a password is required' >&2; exit 1");
        var plumb = scene.Capture("--sudo");
        Assert.Equal(2, plumb.WaitForExit());
        Assert.Contains("sudo on there asks for a password, or does not let this user run plumb", plumb.Error, StringComparison.Ordinal);
        Assert.Contains("NOPASSWD", plumb.Error, StringComparison.Ordinal);
        scene.AssertAsBefore();
    }

    /// <summary>With a program of the test's own in the place of the far plumb.</summary>
    private static PlumbProcess Far(FaultScene scene, string script, params string[] arguments)
    {
        var far = Directory.CreateDirectory(scene.Node.Folder + "/small").FullName + "/far-plumb";
        File.WriteAllText(far, script.ReplaceLineEndings("\n"));
        File.SetUnixFileMode(far, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return PlumbProcess.StartProgram(
            true, "env", [$"PLUMB_SSH={scene.Ssh.Program}", $"PLUMB_REMOTE={far}", PlumbProcess.Program, .. arguments, "--host", "there"]);
    }

    /// <summary>The far side's sudo, which leaves a trace that it was asked, and takes -n.</summary>
    private static void WriteSudo(FaultScene scene, string script)
    {
        Directory.CreateDirectory(scene.Ssh.Bin);
        var sudo = scene.Ssh.Bin + "/sudo";
        File.WriteAllText(sudo, $"#!/bin/sh\ntouch {scene.Ssh.Home}/sudo.used\n[ \"$1\" = -n ] || exit 99\nshift\n{script}\n");
        File.SetUnixFileMode(sudo, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }
}
