using System.Diagnostics;
using Plumbline.Linux;
using Plumbline.Linux.Processes;
using Plumbline.Testing;

namespace Plumbline.Integration.Tests.Linux;

public sealed class ProcessTests
{
    [SkippableFact]
    public async Task A_command_runs_inside_with_input_environment_and_exit_status()
    {
        using var test = TestNamespace.Create();

        var result = await CommandRunner.RunAsync(
            test.Namespace, "sh", ["-c", "readlink /proc/self/ns/net; cat; echo $COLOUR >&2; exit 7"], "typed\n",
            new Dictionary<string, string> { ["COLOUR"] = "green" }, CancellationToken.None);

        Assert.Equal(new CommandResult(7, $"net:[{test.Namespace.Inode}]\ntyped\n", "green\n"), result);
    }

    [SkippableFact]
    public async Task Our_own_threads_stay_outside_when_the_first_child_is_started_inside()
    {
        using var test = TestNamespace.Create();
        // a process of its own: in this one the runtime has long made its signal thread
        var result = await HelperProgram.RunAsync("start-inside", test.Path);
        Assert.Equal(new CommandResult(0, "", ""), result);
    }

    [SkippableFact]
    public async Task A_cancelled_command_is_gone_with_its_children()
    {
        Root.SkipUnlessRoot();
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var watch = Stopwatch.StartNew();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CommandRunner.RunAsync(
            null, "sh", ["-c", "sleep 60; true"], null, null, cancellation.Token));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20));
    }

    [SkippableFact]
    public async Task A_shell_replaces_the_process_in_the_namespaces_of_its_thread()
    {
        using var test = TestNamespace.Create();
        var folder = Path.GetDirectoryName(test.Path)!;
        var target = Directory.CreateTempSubdirectory($"plt-{Environment.ProcessId}-target-").FullName;

        var result = await HelperProgram.RunAsync("exec", test.Path, folder, target);

        Assert.Equal("", result.Errors);
        var lines = result.Output.Split('\n');
        Assert.Equal(test.Namespace.Inode, ulong.Parse(lines[0])); // seen at the target
        Assert.Equal($"net:[{test.Namespace.Inode}]", lines[1]);
        Assert.Equal("lo", lines[2]); // ls /sys/class/net
        // what the test's own parent ignored (nohup, a background job) is inherited; what the runtime ignores (SIGPIPE) is not
        var ignored = Convert.ToUInt64(lines[3]["SigIgn:\t".Length..], 16);
        Assert.Equal(0u, ignored & (1u << 12));
        Assert.Equal("yes", lines[4]); // the added variable
        Assert.Empty(Directory.GetFileSystemEntries(target)); // and nothing of it outside
        Directory.Delete(target);
    }

    [SkippableTheory]
    [InlineData("create-link", "plt-never", "cannot create bridge \"plt-never\": Operation not permitted")]
    [InlineData("create-namespace", "/tmp/plt-never", "cannot create the network namespace \"/tmp\": Operation not permitted")]
    [InlineData("enter-namespace", null, "cannot enter the network namespace: Operation not permitted")]
    public async Task A_plain_user_is_told_to_use_sudo(string word, string? argument, string complaint)
    {
        using var test = TestNamespace.Create("plain", inRunNetns: true);
        var result = await AsNobody(word, argument ?? test.Path);
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith($"error: {complaint}", result.Errors, StringComparison.Ordinal);
        Assert.EndsWith("\n  fix:   run as root (sudo)\n", result.Errors, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_plain_user_may_list_links()
    {
        Root.SkipUnlessRoot();
        var result = await AsNobody("list-links");
        Assert.Contains("lo", result.Output.Trim().Split(' '));
    }

    [Fact]
    public async Task A_missing_program_names_its_package()
    {
        var missing = await Assert.ThrowsAsync<LinuxException>(() => CommandRunner.RunAsync(
            null, "/nonexistent/ipset", [], null, null, CancellationToken.None));
        Assert.Equal(2, missing.Errno);
        Assert.Equal("apt install ipset", missing.Problem.Fix);
    }

    private static Task<CommandResult> AsNobody(params string[] arguments)
    {
        Root.SkipUnlessInstalled("setpriv");
        var (file, assembly) = HelperProgram.Command;
        return CommandRunner.RunAsync(
            null, "setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", file, assembly, .. arguments], null, null,
            CancellationToken.None);
    }
}
