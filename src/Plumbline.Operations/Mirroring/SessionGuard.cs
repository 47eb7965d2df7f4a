using Plumbline.Linux;
using Plumbline.Node;

namespace Plumbline.Operations.Mirroring;

/// <summary>What a guard does when the process that it guarded is gone: remove all that bears the session's mark.</summary>
public static class SessionGuard
{
    /// <summary>How long to try to reach an ovsdb-server that is away; the guard's shell tries again later.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(10);

    /// <summary>A request that the guarded process sent with its last breath may still be under way: look once more.</summary>
    private static readonly TimeSpan _secondLook = TimeSpan.FromSeconds(1);

    /// <summary>A process that closed the pipe is about to end; one that does not is alive, and its session is not ours to remove.</summary>
    private static readonly TimeSpan _ownerPatience = TimeSpan.FromSeconds(30);

    /// <summary>Removes the session of a process that has ended.</summary>
    /// <param name="access">The node.</param>
    /// <param name="session">What to remove.</param>
    /// <param name="owner">The process that was guarded.</param>
    /// <param name="patience">How long to try to reach ovsdb-server; null: ten minutes.</param>
    /// <param name="guarded">The node as it was when the guard was started; null: nobody took that down.</param>
    /// <exception cref="OperationsException">It still runs.</exception>
    public static async Task<CleanupResult> RunAsync(
        NodeAccess access, string session, ProcessIdentity owner, TimeSpan? patience = null,
        GuardedNode? guarded = null)
    {
        var deadline = Environment.TickCount64 + (long)_ownerPatience.TotalMilliseconds;
        while (owner.IsAlive)
        {
            if (Environment.TickCount64 >= deadline)
            {
                throw GuardProblems.OwnerAlive(session, owner.Pid);
            }
            await Task.Delay(20);
        }
        var most = patience ?? _patience;
        var first = await SessionCleaner.RemoveAsync(access, session, most, guarded, CancellationToken.None);
        await Task.Delay(_secondLook);
        var second = await SessionCleaner.RemoveAsync(access, session, most, guarded, CancellationToken.None);
        return new([.. first.Removed, .. second.Removed], second.Left);
    }
}
