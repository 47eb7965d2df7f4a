using Plumbline.Linux;
using Plumbline.Node;
using Plumbline.Node.Facts;
using Plumbline.Node.Sources;

namespace Plumbline.Operations.Mirroring.Lasting;

/// <summary>
/// What the guard of a keeper does when that was killed: wait for a new keeper (a service manager starts one within seconds), which then has a
/// guard of its own; or else remove each lasting mirror whose lease has run out, until none is left.
/// </summary>
public static class LastingGuard
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    /// <summary>For an ovsdb-server that is away; the guard is run again a few times, later each time, before it gives up for good.</summary>
    private static readonly TimeSpan _switchPatience = TimeSpan.FromMinutes(2);

    private static readonly Leftover _unreached = new("lasting mirrors", "ovsdb-server does not answer", "plumb mirror gc");

    /// <summary>Guards.</summary>
    /// <param name="access">The node.</param>
    /// <param name="keeper">The killed keeper's name.</param>
    /// <param name="owner">The killed keeper.</param>
    /// <param name="guarded">The node as it was when the guard was started; null: nobody took that down.</param>
    public static async Task<CleanupResult> RunAsync(
        NodeAccess access, string keeper, ProcessIdentity owner, GuardedNode? guarded = null)
    {
        var store = new LastingStore(access);
        var result = new CleanupResult([], []);
        long? away = null;
        while (true)
        {
            await Task.Delay(_pause);
            if (owner.IsAlive || store.KeeperAlive(keeper) is not null)
            {
                return result;
            }
            var (facts, _) = await LiveNode.ReadOvsAsync(access, CancellationToken.None);
            if (facts is null)
            {
                if (guarded?.IsDatabaseGone(access) == true)
                {
                    return result.With(await RemoveDevicesAsync(access, keeper, store, guarded));
                }
                // ovsdb-server is away: restarted, and then soon back
                away ??= Environment.TickCount64;
                if (Environment.TickCount64 - away < _switchPatience.TotalMilliseconds)
                {
                    continue;
                }
                return result with { Left = [.. result.Left, _unreached] };
            }
            away = null;
            var ours = MarksOf(facts, keeper, store);
            if (ours.Count == 0)
            {
                return result;
            }
            foreach (var mark in ours.Where(m => m.IsDead(static p => p.IsAlive, DateTimeOffset.UtcNow)))
            {
                var removed = await SessionCleaner.RemoveAsync(
                    access, mark.Session, _patience, guarded, CancellationToken.None);
                result = new([.. result.Removed, .. removed.Removed], removed.Left);
            }
        }
    }

    /// <summary>Rows are gone with their database; devices that were made for them may still stand.</summary>
    private static async Task<CleanupResult> RemoveDevicesAsync(
        NodeAccess access, string keeper, LastingStore store, GuardedNode guarded)
    {
        var result = new CleanupResult([], []);
        foreach (var mirror in store.Read().Mirrors)
        {
            if (LastingStore.KeeperOf(mirror) == keeper)
            {
                result = result.With(
                    await SessionCleaner.RemoveDevicesAsync(access, mirror.Session, guarded, CancellationToken.None));
            }
        }
        return result;
    }

    /// <summary>Of that keeper: those that another one keeps are another guard's.</summary>
    private static List<OwnershipMark> MarksOf(OvsFacts facts, string keeper, LastingStore store)
    {
        var wanted = store.Read().Mirrors;
        return
        [
            .. LastingMarks.In(facts).Where(m => wanted.FirstOrDefault(w => w.Session == m.Session) is not { } mirror
                || LastingStore.KeeperOf(mirror) == keeper),
        ];
    }
}
