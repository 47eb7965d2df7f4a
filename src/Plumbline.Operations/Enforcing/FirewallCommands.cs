using System.Text;
using Plumbline.Linux;
using Plumbline.Linux.Processes;
using Plumbline.Neutron.SecurityGroups;

namespace Plumbline.Operations.Enforcing;

/// <summary>The programs that read and change the tables and sets of one network namespace.</summary>
internal sealed class FirewallCommands(NetworkNamespace? networkNamespace, string? variant, int lockSeconds)
{
    private readonly string _middle = variant is null ? "" : $"-{variant}";

    /// <summary>What iptables-save or ip6tables-save prints, with counters: what has to be put back gets its own again.</summary>
    public Task<ReadOnlyMemory<byte>> SaveAsync(bool ipv6, CancellationToken cancellationToken) =>
        ReadAsync(Program(ipv6, "save"), ["-c"], cancellationToken);

    /// <summary>What ipset save prints.</summary>
    public Task<ReadOnlyMemory<byte>> SaveSetsAsync(CancellationToken cancellationToken) => ReadAsync("ipset", ["save"], cancellationToken);

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
        var ipv4 = SaveAsync(false, cancellationToken);
        var ipv6 = SaveAsync(true, cancellationToken);
        var sets = SaveSetsAsync(cancellationToken);
        var (saved4, saved6) = (await ipv4, await ipv6);
        return new(FirewallSnapshot.Parse(saved4, false, wrap), FirewallSnapshot.Parse(saved6, true, wrap), saved4, saved6, await sets);
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var run = await CommandRunner.ReadAsync(networkNamespace, program, arguments, null, null, cancellationToken);
        return run.ExitCode == 0
            ? run.Output
            : throw EnforcingProblems.CannotRead(
                string.Join(' ', [program, .. arguments]), new(run.ExitCode, Encoding.UTF8.GetString(run.Output.Span), run.Errors));
    }
}
