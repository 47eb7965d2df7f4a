using Plumbline.Linux;
using Plumbline.Linux.Netlink;
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
            var (strays, areMoreComing) = StraysOf(access, facts, keeper, store, guarded);
            foreach (var session in strays)
            {
                result = result.With(await SessionCleaner.RemoveDevicesAsync(access, session, guarded, CancellationToken.None));
            }
            if (ours.Count == 0 && !areMoreComing)
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

    /// <summary>
    /// Devices whose rows are not there: the kill came between the one and the other. Those of mirrors that are wanted wait for the lease, since a
    /// new keeper may take them.
    /// </summary>
    private static (IReadOnlyList<string> Sessions, bool AreMoreComing) StraysOf(
        NodeAccess access, OvsFacts facts, string keeper, LastingStore store, GuardedNode? guarded)
    {
        var file = access.NamespaceFile;
        if (guarded?.NamespaceInode is not null && (file = guarded.FindNamespace(access)) is null)
        {
            return ([], false);
        }
        try
        {
            using var home = file is { } path ? NetworkNamespace.Open(path) : NetworkNamespace.OpenCurrent();
            using var netlink = RouteNetlink.Open(home);
            var rows = LastingMarks.In(facts).Select(m => m.Session).ToHashSet(StringComparer.Ordinal);
            var wanted = store.Read().Mirrors.ToDictionary(m => m.Session, LastingStore.KeeperOf, StringComparer.Ordinal);
            // a capture's mark names its process
            var lone = netlink.ListLinks().Select(l => OwnershipMark.ReadAlias(l.Alias)).OfType<OwnershipMark>()
                .Where(m => m.Owner is null && !rows.Contains(m.Session)
                    && (!wanted.TryGetValue(m.Session, out var whose) || whose == keeper))
                .DistinctBy(m => m.Session).ToLookup(m => !wanted.ContainsKey(m.Session) || m.Lease < DateTimeOffset.UtcNow);
            return ([.. lone[true].Select(m => m.Session)], lone[false].Any());
        }
        catch (LinuxException)
        {
            return ([], false); // a namespace that goes in this moment takes its devices with it
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
