using Plumbline.Linux;
using Plumbline.Neutron.SecurityGroups;
using Plumbline.Node;

namespace Plumbline.Operations.Enforcing;

public static partial class FirewallEnforcer
{
    private const int Attempts = 5;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Puts back what a killed run had begun to change; for its guard. Nothing to do is fine.</summary>
    /// <param name="journalFolder">What that run wrote down.</param>
    /// <returns>False where it could not be put back.</returns>
    public static async Task<bool> RecoverAsync(string journalFolder)
    {
        var journal = EnforcingJournal.Open(journalFolder);
        if (journal.Read() is { } told)
        {
            return await RecoverAsync(journal, told) is null;
        }
        journal.End(); // unfinished: nothing was changed yet
        return true;
    }

    private static async Task<List<string>> RecoverAbandonedAsync(NodeAccess access, CancellationToken cancellationToken)
    {
        var notes = new List<string>();
        foreach (var journal in EnforcingJournal.FindAbandoned(
            access.StateDirectory, access.NamespaceFile is { } file ? Path.GetFullPath(file) : null))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (journal.Read() is { } told)
            {
                notes.Add(await RecoverAsync(journal, told) is { } why
                    ? $"an earlier run was killed and could not be undone: {why}"
                    : "an earlier run was killed: what it had changed was put back first");
            }
        }
        return notes;
    }

    private static async Task<string?> RecoverAsync(EnforcingJournal journal, EnforcingJournal.Entry told)
    {
        using var networkNamespace = told.NamespaceFile.Length > 0 ? NetworkNamespace.Open(told.NamespaceFile) : null;
        var commands = new FirewallCommands(networkNamespace, told.Variant, 10);
        var why = await PutBackAsync(commands, journal.ReadState(told.Wrap), told.Wrap);
        if (why is null)
        {
            // a restore of the killed run may still have been under way: looked at once more
            await Task.Delay(_pause);
            why = await PutBackAsync(commands, journal.ReadState(told.Wrap), told.Wrap);
        }
        if (why is null)
        {
            journal.End();
        }
        return why;
    }

    /// <summary>Makes tables and sets as they were.</summary>
    /// <returns>Why that was not possible; null where it is done.</returns>
    private static async Task<string?> PutBackAsync(FirewallCommands commands, LiveState before, string wrap)
    {
        string? why = null;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var now = await commands.ReadAsync(wrap, CancellationToken.None);
            var (ipv4, ipv6) = (FirewallPlanner.Restore(now.IPv4, before.IPv4), FirewallPlanner.Restore(now.IPv6, before.IPv6));
            var (create, destroy) = SetsBack(SetPlan.ReadSaved(before.SavedSets), SetPlan.ReadSaved(now.SavedSets));
            if (ipv4.RestoreText.Length + ipv6.RestoreText.Length + create.Length + destroy.Length == 0)
            {
                return null;
            }
            // sets that come back first, since rules name them; those that go last, for the same reason
            why = null;
            for (var step = 0; step < 4; step++)
            {
                var text = step switch { 0 => create, 1 => ipv4.RestoreText, 2 => ipv6.RestoreText, _ => destroy };
                if (text.Length == 0)
                {
                    continue;
                }
                var result = step is 0 or 3
                    ? await commands.RestoreSetsAsync(text, CancellationToken.None)
                    : await commands.RestoreAsync(step == 2, text, CancellationToken.None);
                if (result.ExitCode != 0)
                {
                    why = EnforcingProblems.Words(result);
                }
            }
            if (why is not null)
            {
                await Task.Delay(_pause);
            }
        }
        return why ?? "it does not stay as put";
    }

    private static (string Create, string Destroy) SetsBack(
        IReadOnlyDictionary<string, IPSet> before, IReadOnlyDictionary<string, IPSet> now)
    {
        var plan = SetPlan.Make(now, [.. before.Values.Where(s => IsGroupSet(s.Name))], []);
        var gone = now.Keys.Where(n => !before.ContainsKey(n) && IsGroupSet(n));
        return (plan.Before, string.Concat(gone.Select(n => $"destroy {n}\n")));
    }

    private static bool IsGroupSet(string name) =>
        name.StartsWith("NIPv4", StringComparison.Ordinal) || name.StartsWith("NIPv6", StringComparison.Ordinal);
}
