using System.Diagnostics;
using System.Runtime.ExceptionServices;
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
        var reading = commands.ReadAsync(wrap, cancellationToken);
        // while the tables are read the guard gets ready; as long as nothing is written down, it has nothing to put back
        var journal = EnforcingJournal.Create(access.StateDirectory);
        using var guard = options.Guard is { } launch ? GuardProcess.Start(launch(journal.Folder)) : null;
        EnforcingPlan todo;
        LiveState live;
        try
        {
            live = await reading;
            Refuse(live, wrap, options);
            todo = plan(live);
            if (!todo.IsEmpty)
            {
                guard?.WaitUntilArmed(cancellationToken);
                journal.Write(live, wrap, options.Variant, access.NamespaceFile is { } path ? Path.GetFullPath(path) : null);
            }
        }
        catch
        {
            Leave(journal, guard);
            throw;
        }
        var result = todo.ToResult(dryRun: false) with { Notes = notes };
        if (todo.IsEmpty)
        {
            Leave(journal, guard);
            return result;
        }
        await CommitAsync(commands, todo, live, journal, wrap, guard, cancellationToken);
        watch.Stop();
        var more = await ForgetAsync(commands, todo);
        return result with { Notes = [.. notes, .. more], Milliseconds = watch.Elapsed.TotalMilliseconds };
    }

    /// <summary>All is as it is to be: there is nothing to put back.</summary>
    private static void Leave(EnforcingJournal journal, GuardProcess? guard)
    {
        journal.End();
        guard?.Release();
    }

    /// <summary>Sets first, since rules name them; then both families at once, each table a transaction.</summary>
    private static async Task CommitAsync(
        FirewallCommands commands, EnforcingPlan plan, LiveState before, EnforcingJournal journal, string wrap, GuardProcess? guard,
        CancellationToken cancellationToken)
    {
        // a change that is on its way is not cut off: it ends, and is undone then
        var failed = await TryAsync("ipset restore", plan.Sets.Before, () => commands.RestoreSetsAsync(plan.Sets.Before, CancellationToken.None));
        if (failed is null)
        {
            var ipv4 = TryAsync(
                commands.Program(false, "restore"), plan.IPv4.RestoreText,
                () => commands.RestoreAsync(false, plan.IPv4.RestoreText, CancellationToken.None));
            var ipv6 = TryAsync(
                commands.Program(true, "restore"), plan.IPv6.RestoreText,
                () => commands.RestoreAsync(true, plan.IPv6.RestoreText, CancellationToken.None));
            var second = await ipv6;
            failed = await ipv4 ?? second;
        }
        if (failed is null)
        {
            Leave(journal, guard);
            return;
        }
        if (await PutBackAsync(commands, before, wrap) is { } why)
        {
            guard?.Release(); // it could do no better; the journal stays for the next run
            throw EnforcingProblems.LeftBehind(failed.Program, failed.Result, journal.Folder, why);
        }
        Leave(journal, guard);
        if (failed.Cause is { } cause)
        {
            ExceptionDispatchInfo.Throw(cause);
        }
        throw EnforcingProblems.RolledBack(failed.Program, failed.Result, LineOf(failed.Result, failed.Text));

        async Task<Failure?> TryAsync(string program, string text, Func<Task<CommandResult>> run)
        {
            if (text.Length == 0)
            {
                return null;
            }
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                var result = await run();
                return result.ExitCode == 0 ? null : new(program, text, result, null);
            }
            catch (Exception exception) when (exception is OperationCanceledException or LinuxException)
            {
                return new(program, text, new(-1, "", exception.Message), exception);
            }
        }
    }

    /// <summary>A step that was refused; or (with a cause) could not be begun.</summary>
    private sealed record Failure(string Program, string Text, CommandResult Result, Exception? Cause);

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

    private const int WouldBlock = 11; // EWOULDBLOCK, which .NET keeps as it came: the file is locked

    private static FileStream Lock(NodeAccess access)
    {
        var path = Path.Combine(access.StateDirectory, "apply.lock");
        try
        {
            Directory.CreateDirectory(access.StateDirectory);
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.None);
        }
        catch (IOException exception) when (exception.HResult == WouldBlock)
        {
            throw EnforcingProblems.Busy(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw EnforcingProblems.NoState(access.StateDirectory, exception.Message);
        }
    }
}
