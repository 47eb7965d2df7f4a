using System.Diagnostics;
using Plumbline.Linux;
using Plumbline.Linux.Processes;
using Plumbline.Neutron.SecurityGroups;
using Plumbline.Node;
using Plumbline.Operations.Mirroring;

namespace Plumbline.Operations.Enforcing;

/// <summary>
/// Security groups on a live node: reads the tables and sets, changes just what differs (sets first, then a transaction a table), and
/// has conntrack forget what was withdrawn. A failure at any step puts back what was; so does a guard when this process is killed.
/// </summary>
public static partial class FirewallEnforcer
{
    /// <summary>Makes the node enforce what a compilation wants.</summary>
    /// <param name="access">The node.</param>
    /// <param name="compile">Ports and groups to rules, given the zones that ports have already.</param>
    /// <param name="wrap">The wrap prefix of the compilation.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends it; what was done so far is undone.</param>
    /// <exception cref="OperationsException">Refused, or failed and undone (unless the status is LeftBehind).</exception>
    /// <exception cref="LinuxException">A program is not installed, or the namespace cannot be entered.</exception>
    public static Task<EnforcingResult> ApplyAsync(
        NodeAccess access, Func<IReadOnlyDictionary<string, int>, HybridFirewall> compile, string wrap, EnforcingOptions options,
        CancellationToken cancellationToken) =>
        RunAsync(access, wrap, options, live =>
        {
            var wanted = compile(live.IPv4.Zones);
            var (ipv4, ipv6) = Both(() => FirewallPlanner.Apply(live.IPv4, wanted), () => FirewallPlanner.Apply(live.IPv6, wanted));
            return EnforcingPlan.Make(live, ipv4, ipv6, wanted.Sets, wanted.Sets.Select(s => s.Name).ToHashSet(StringComparer.Ordinal));
        }, cancellationToken);

    /// <summary>Removes the rules of some ports, or everything.</summary>
    /// <param name="access">The node.</param>
    /// <param name="ports">UUIDs; null: all, with the frame of chains.</param>
    /// <param name="wrap">The wrap prefix.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends it; what was done so far is undone.</param>
    /// <exception cref="OperationsException">Refused, or failed and undone (unless the status is LeftBehind).</exception>
    /// <exception cref="LinuxException">A program is not installed, or the namespace cannot be entered.</exception>
    public static Task<EnforcingResult> RemoveAsync(
        NodeAccess access, IReadOnlyCollection<string>? ports, string wrap, EnforcingOptions options, CancellationToken cancellationToken) =>
        RunAsync(access, wrap, options, live =>
        {
            FamilyPlan Plan(FirewallSnapshot family) =>
                ports is null ? FirewallPlanner.RemoveAll(family) : FirewallPlanner.RemovePorts(family, ports);
            var (ipv4, ipv6) = (Plan(live.IPv4), Plan(live.IPv6));
            return EnforcingPlan.Make(live, ipv4, ipv6, [], SetsAfter(live, ipv4, ipv6));
        }, cancellationToken);

    private static async Task<EnforcingResult> RunAsync(
        NodeAccess access, string wrap, EnforcingOptions options, Func<LiveState, EnforcingPlan> plan, CancellationToken cancellationToken)
    {
        using var networkNamespace = access.NamespaceFile is { } file ? NetworkNamespace.Open(file) : null;
        var commands = new FirewallCommands(networkNamespace, options.Variant, options.LockSeconds);
        if (options.DryRun)
        {
            var now = await commands.ReadAsync(wrap, cancellationToken);
            Refuse(now, wrap, options);
            return plan(now).ToResult(dryRun: true);
        }
        using var exclusive = Lock(access);
        var notes = await RecoverAbandonedAsync(access, cancellationToken);
        var watch = Stopwatch.StartNew();
        var live = await commands.ReadAsync(wrap, cancellationToken);
        Refuse(live, wrap, options);
        var todo = plan(live);
        var result = todo.ToResult(dryRun: false) with { Notes = notes };
        if (todo.IsEmpty)
        {
            return result;
        }
        var journal = EnforcingJournal.Begin(
            access.StateDirectory, live, wrap, options.Variant, access.NamespaceFile is { } path ? Path.GetFullPath(path) : null);
        using var guard = options.Guard is { } launch ? GuardProcess.Start(launch(journal.Folder)) : null;
        guard?.WaitUntilArmed(cancellationToken);
        await CommitAsync(commands, todo, live, journal, wrap, guard, cancellationToken);
        watch.Stop();
        var more = await ForgetAsync(commands, todo);
        return result with { Notes = [.. notes, .. more], Milliseconds = watch.Elapsed.TotalMilliseconds };
    }

    private static async Task CommitAsync(
        FirewallCommands commands, EnforcingPlan plan, LiveState before, EnforcingJournal journal, string wrap, GuardProcess? guard,
        CancellationToken cancellationToken)
    {
        var (program, failed, text) = ("", (CommandResult?)null, "");
        try
        {
            for (var step = 0; step < 3; step++)
            {
                (program, text) = step switch
                {
                    0 => ("ipset restore", plan.Sets.Before),
                    1 => (commands.Program(false, "restore"), plan.IPv4.RestoreText),
                    _ => (commands.Program(true, "restore"), plan.IPv6.RestoreText),
                };
                if (text.Length == 0)
                {
                    continue;
                }
                // a change that is on its way is not cut off: it ends, and is undone then
                cancellationToken.ThrowIfCancellationRequested();
                var result = step == 0
                    ? await commands.RestoreSetsAsync(text, CancellationToken.None)
                    : await commands.RestoreAsync(step == 2, text, CancellationToken.None);
                if (result.ExitCode != 0)
                {
                    failed = result;
                    break;
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or LinuxException)
        {
            await UndoAsync(new(-1, "", exception.Message));
            throw;
        }
        if (failed is not null)
        {
            await UndoAsync(failed);
            throw EnforcingProblems.RolledBack(program, failed, LineOf(failed, text));
        }
        journal.End();
        guard?.Release();

        async Task UndoAsync(CommandResult reason)
        {
            if (await PutBackAsync(commands, before, wrap) is { } why)
            {
                guard?.Release(); // it could do no better; the journal stays for the next run
                throw EnforcingProblems.LeftBehind(program, reason, journal.Folder, why);
            }
            journal.End();
            guard?.Release();
        }
    }

    /// <summary>Sets that nobody needs any more, and connections of what was withdrawn. Failing here undoes nothing: it is said.</summary>
    private static async Task<IReadOnlyList<string>> ForgetAsync(FirewallCommands commands, EnforcingPlan plan)
    {
        var notes = new List<string>();
        foreach (var line in plan.Sets.After.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var result = await commands.RestoreSetsAsync(line + "\n", CancellationToken.None);
            if (result.ExitCode != 0)
            {
                notes.Add($"{line.Replace("destroy", "set", StringComparison.Ordinal)} stays: {EnforcingProblems.Words(result)}");
            }
        }
        foreach (var command in plan.Conntrack)
        {
            try
            {
                var result = await commands.RunAsync(command, CancellationToken.None);
                if (result.ExitCode > 1) // 1: there was no such entry
                {
                    notes.Add($"{string.Join(' ', command)}: {EnforcingProblems.Words(result)}");
                }
            }
            catch (LinuxException)
            {
                notes.Add("conntrack is not installed: connections that rules allowed which are gone go on (apt-get install conntrack)");
                break;
            }
        }
        return notes;
    }

    private static void Refuse(LiveState live, string wrap, EnforcingOptions options)
    {
        if (live.HasRules && !live.HasMark && !options.TakeOver)
        {
            throw EnforcingProblems.SomebodyElses(wrap);
        }
    }

    /// <summary>The line that iptables-restore names.</summary>
    private static string? LineOf(CommandResult result, string text)
    {
        var at = result.Errors.IndexOf("line ", StringComparison.Ordinal);
        var digits = at < 0 ? "" : new string([.. result.Errors[(at + 5)..].TakeWhile(char.IsAsciiDigit)]);
        var lines = text.Split('\n');
        return int.TryParse(digits, out var number) && number > 0 && number <= lines.Length ? lines[number - 1] : null;
    }

    private static HashSet<string> SetsAfter(LiveState live, FamilyPlan ipv4, FamilyPlan ipv6)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (family, plan) in ((FirewallSnapshot, FamilyPlan)[])[(live.IPv4, ipv4), (live.IPv6, ipv6)])
        {
            foreach (var set in family.Sets)
            {
                var uses = family.CountUses(set);
                var gone = plan.Changes.Count(c => !c.IsAdded && c.Rule?.Contains($"--match-set {set} ", StringComparison.Ordinal) == true);
                if (uses > gone)
                {
                    needed.Add(set);
                }
            }
        }
        return needed;
    }

    private static (T, T) Both<T>(Func<T> one, Func<T> other)
    {
        var second = Task.Run(other);
        var first = one();
        return (first, second.GetAwaiter().GetResult());
    }

    private static FileStream Lock(NodeAccess access)
    {
        var path = Path.Combine(access.StateDirectory, "apply.lock");
        try
        {
            Directory.CreateDirectory(access.StateDirectory);
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.None);
        }
        catch (IOException exception) when (exception is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw EnforcingProblems.Busy(path);
        }
    }
}
