using Plumbline.Diagnosis.Mirrors.Lasting;
using Plumbline.Node;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;
using Plumbline.Ovsdb;
using Plumbline.Primitives;

namespace Plumbline.Operations.Mirroring.Lasting;

/// <summary>
/// Keeps lasting mirrors: makes what is wanted, selects a port again that was made anew, renews leases, removes what is over or wanted no
/// more. Driven by changes of the database and of the folder of wanted mirrors; a slow tick sees what neither tells. Stateless: all that it
/// knows stands in files and marks, so that a new one goes on where a killed one stopped.
/// <para>
/// What holds: while it runs, exactly the wanted mirrors stand. Asked to end, it removes them all. Killed, its guard removes them when the
/// lease has run out and no new keeper has come. Guard and keeper both killed, or a power cut: they stand in the database until the service
/// starts again, or any <c>plumb mirror add</c>, <c>remove</c> or <c>gc</c> runs; <c>plumb mirror list</c> and <c>plumb check</c> call them lapsed.
/// </para>
/// </summary>
public sealed partial class LastingService
{
    private static readonly IReadOnlyList<MonitoredTable> _tables =
    [
        new("Bridge", ["name", "ports", "mirrors"]),
        new("Port", ["name", "interfaces", "tag", "trunks", "vlan_mode"]),
        new("Interface", ["name", "type", "ofport", "error", "external_ids", "options"]),
        new("Mirror", ["select_all", "select_src_port", "select_dst_port", "select_vlan", "output_port", "output_vlan", "snaplen",
            "external_ids"]),
    ];

    /// <summary>Between two rounds: a burst of changes is one round.</summary>
    private static readonly TimeSpan _shortestPause = TimeSpan.FromMilliseconds(50);

    private readonly NodeAccess _access;
    private readonly LastingServiceOptions _options;
    private readonly LastingStore _store;
    private readonly LastingKeeper _keeper;
    private readonly Dictionary<string, LastingMirror> _held = [];
    private readonly Dictionary<string, string> _said = [];

    private LastingService(NodeAccess access, LastingServiceOptions options)
    {
        _access = access;
        _options = options;
        _store = new(access);
        _keeper = new(access, options.LeaseTime);
    }

    /// <summary>Keeps until cancelled, then removes what it kept.</summary>
    /// <param name="access">The node.</param>
    /// <param name="options">How.</param>
    /// <param name="guard">Started before anything is made; released when all is gone.</param>
    /// <param name="cancellationToken">Ends it in good order.</param>
    /// <returns>What it could not remove at its end.</returns>
    /// <exception cref="OperationsException">Another one keeps already, or the state folder cannot be written.</exception>
    public static async Task<CleanupResult> RunAsync(
        NodeAccess access, LastingServiceOptions options, GuardLaunch guard, CancellationToken cancellationToken)
    {
        var service = new LastingService(access, options);
        var name = options.Only is { } only ? $"mirror-{only}" : LastingStore.Service;
        using var held = service._store.BecomeKeeper(name);
        using var guarding = GuardProcess.Start(guard);
        guarding.WaitUntilArmed(cancellationToken);
        try
        {
            await service.KeepAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            options.Note("ending");
        }
        var result = await service.RemoveAllAsync();
        if (result.IsClean)
        {
            guarding.Release();
        }
        return result;
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        using var files = new FolderWatch(_store.Folders);
        OvsdbReplica? replica = null;
        try
        {
            var isFirst = true;
            while (true)
            {
                replica ??= await TryFollowAsync(cancellationToken);
                var seen = replica?.Tables;
                var changed = files.Next();
                if (!await RoundAsync(cancellationToken))
                {
                    return;
                }
                if (isFirst)
                {
                    _options.Ready?.Invoke();
                    isFirst = false;
                }
                await Task.Delay(_shortestPause, cancellationToken);
                await WaitAsync(replica, seen, changed, cancellationToken);
            }
        }
        finally
        {
            if (replica is not null)
            {
                await replica.DisposeAsync();
            }
        }
    }

    /// <summary>Null where ovsdb-server is not there (yet): the next round tries again.</summary>
    private async Task<OvsdbReplica?> TryFollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await OvsdbReplica.StartAsync(
                _access.OvsdbEndpoint, _access.OvsdbOptions, OvsdbSession.OpenVSwitch, _tables, cancellationToken);
        }
        catch (OvsdbException exception)
        {
            Say("", exception.Problem.What);
            return null;
        }
    }

    private async Task WaitAsync(OvsdbReplica? replica, ReplicaTables? seen, Task changed, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var tables = replica?.WaitAsync(t => !ReferenceEquals(t, seen), over.Token);
        try
        {
            await Task.WhenAny([changed, Task.Delay(_options.Tick, over.Token), .. tables is null ? Array.Empty<Task>() : [tables]]);
            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            await over.CancelAsync();
        }
    }

    /// <summary>False when the only mirror to keep is wanted no more.</summary>
    private async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        var (all, damaged) = _store.Read();
        foreach (var problem in damaged)
        {
            Say(problem.Where ?? "", $"{problem.What} ({problem.Where})");
        }
        var wanted = all.Where(m => _options.Only is null ? !m.HasOwnKeeper : m.HasOwnKeeper && m.Name == _options.Only).ToList();
        var (facts, report) = await LiveNode.ReadOvsAsync(_access, cancellationToken);
        if (facts is null)
        {
            Say("", $"Open vSwitch's database cannot be read: {report.Detail}");
            return true;
        }
        // a file that somebody is just writing, or spoilt, is no word that its mirror is wanted no more
        var spoilt = damaged.Select(d => Path.GetFileNameWithoutExtension(d.Where)).ToHashSet();
        await RemoveUnwantedAsync(wanted, spoilt, facts, cancellationToken);
        foreach (var mirror in wanted)
        {
            if (mirror.Until <= DateTimeOffset.UtcNow)
            {
                _store.Delete(mirror);
                await RemoveAsync(mirror, "its time is over", cancellationToken);
                continue;
            }
            _held[mirror.Session] = mirror;
            await KeepAsync(mirror, facts, cancellationToken);
        }
        return _options.Only is null || spoilt.Contains(_options.Only) || wanted.Any(m => _held.ContainsKey(m.Session));
    }

    private async Task KeepAsync(LastingMirror mirror, OvsFacts facts, CancellationToken cancellationToken)
    {
        string? trouble = null;
        string? fix = null;
        try
        {
            var waits = await _keeper.KeepAsync(mirror, facts, cancellationToken);
            Say(mirror.Name, waits is null ? $"copies {mirror.Selects}" : $"waits {waits}");
        }
        catch (ProblemException exception)
        {
            trouble = exception.Problem.Where is { } where ? $"{exception.Problem.What} ({where})" : exception.Problem.What;
            fix = exception.Problem.Fix;
            Say(mirror.Name, trouble);
        }
        if (trouble != _store.ReadTrouble(mirror.Name))
        {
            _store.WriteTrouble(mirror.Name, trouble, fix);
        }
    }

    /// <summary>What was kept and is wanted no more; at the first round also what a killed one of before left, and nobody wants.</summary>
    private async Task RemoveUnwantedAsync(
        List<LastingMirror> wanted, HashSet<string?> spoilt, OvsFacts facts, CancellationToken cancellationToken)
    {
        foreach (var gone in _held.Values.Where(h => !spoilt.Contains(h.Name) && wanted.TrueForAll(w => w.Session != h.Session)).ToList())
        {
            await RemoveAsync(gone, "removed", cancellationToken);
        }
        if (_options.Only is not null)
        {
            return;
        }
        var known = _store.Read().Mirrors.Select(m => m.Session).ToHashSet();
        foreach (var mark in LastingMarks.In(facts).Where(m => !known.Contains(m.Session) && !spoilt.Contains(m.Mirror)
            && m.IsDead(static p => p.IsAlive, DateTimeOffset.UtcNow)))
        {
            var result = await SessionCleaner.RemoveAsync(_access, mark.Session, TimeSpan.FromSeconds(5), cancellationToken);
            Say(mark.Mirror ?? mark.Session, $"nobody wants it any more: removed {string.Join(", ", result.Removed)}");
        }
    }

    private async Task RemoveAsync(LastingMirror mirror, string why, CancellationToken cancellationToken)
    {
        var result = await _keeper.RemoveAsync(mirror, cancellationToken);
        Say(mirror.Name, result.IsClean ? why : $"{why}, but left behind: {string.Join(", ", result.Left.Select(l => l.What))}");
        if (result.IsClean)
        {
            _held.Remove(mirror.Session);
            _said.Remove(mirror.Name);
        }
    }

    /// <summary>No token: who ends it wants this above all.</summary>
    private async Task<CleanupResult> RemoveAllAsync()
    {
        var result = new CleanupResult([], []);
        foreach (var mirror in _held.Values)
        {
            result = result.With(await _keeper.RemoveAsync(mirror, CancellationToken.None));
        }
        return result;
    }

    /// <summary>A thing is said once, until another is said of the same.</summary>
    private void Say(string name, string text)
    {
        if (_said.GetValueOrDefault(name) != text)
        {
            _said[name] = text;
            _options.Note(Printable.Escape(name.Length == 0 ? text : $"{name}: {text}"));
        }
    }
}
