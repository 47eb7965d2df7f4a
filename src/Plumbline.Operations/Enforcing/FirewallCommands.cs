using Plumbline.Linux;
using Plumbline.Linux.Processes;
using Plumbline.Neutron.SecurityGroups;

namespace Plumbline.Operations.Enforcing;

/// <summary>The programs that read and change the tables and sets of one network namespace.</summary>
internal sealed class FirewallCommands(NetworkNamespace? networkNamespace, string? variant, int lockSeconds)
{
    private readonly string _middle = variant is null ? "" : $"-{variant}";

    /// <summary>The text of iptables-save or ip6tables-save.</summary>
    public async Task<string> SaveAsync(bool ipv6, CancellationToken cancellationToken)
    {
        var program = Program(ipv6, "save");
        var result = await CommandRunner.RunAsync(networkNamespace, program, [], null, null, cancellationToken);
        return result.ExitCode == 0 ? result.Output : throw EnforcingProblems.CannotRead(program, result);
    }

    /// <summary>The text of ipset save.</summary>
    public async Task<string> SaveSetsAsync(CancellationToken cancellationToken)
    {
        var result = await CommandRunner.RunAsync(networkNamespace, "ipset", ["save"], null, null, cancellationToken);
        return result.ExitCode == 0 ? result.Output : throw EnforcingProblems.CannotRead("ipset save", result);
    }

    /// <summary>Changes tables; each COMMIT is one transaction of the kernel.</summary>
    public Task<CommandResult> RestoreAsync(bool ipv6, string text, CancellationToken cancellationToken) =>
        CommandRunner.RunAsync(
            networkNamespace, Program(ipv6, "restore"),
            ["--noflush", "-w", lockSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture)], text, null, cancellationToken);

    /// <summary>Changes sets, line by line.</summary>
    public Task<CommandResult> RestoreSetsAsync(string text, CancellationToken cancellationToken) =>
        CommandRunner.RunAsync(networkNamespace, "ipset", ["restore", "-exist"], text, null, cancellationToken);

    /// <summary>Runs another program.</summary>
    public Task<CommandResult> RunAsync(IReadOnlyList<string> command, CancellationToken cancellationToken) =>
        CommandRunner.RunAsync(networkNamespace, command[0], [.. command.Skip(1)], null, null, cancellationToken);

    public string Program(bool ipv6, string verb) => $"{(ipv6 ? "ip6tables" : "iptables")}{_middle}-{verb}";

    /// <summary>Reads all at once.</summary>
    public async Task<LiveState> ReadAsync(string wrap, CancellationToken cancellationToken)
    {
        // off this thread: starting a program costs milliseconds, and a big save is cut into lines while the other one comes
        var ipv4 = Task.Run(async () => (Text: await SaveAsync(false, cancellationToken), true), cancellationToken);
        var ipv6 = Task.Run(async () => (Text: await SaveAsync(true, cancellationToken), true), cancellationToken);
        var sets = Task.Run(() => SaveSetsAsync(cancellationToken), cancellationToken);
        var parsed4 = ipv4.ContinueWith(t => FirewallSnapshot.Parse(t.GetAwaiter().GetResult().Text, false, wrap), cancellationToken,
            TaskContinuationOptions.None, TaskScheduler.Default);
        var parsed6 = ipv6.ContinueWith(t => FirewallSnapshot.Parse(t.GetAwaiter().GetResult().Text, true, wrap), cancellationToken,
            TaskContinuationOptions.None, TaskScheduler.Default);
        return new(await parsed4, await parsed6, (await ipv4).Text, (await ipv6).Text, await sets);
    }
}
