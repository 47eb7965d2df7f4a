using Plumbline.Diagnosis.Mirrors;
using Plumbline.Node;

namespace Plumbline.Operations.Mirroring;

/// <summary>
/// Removes what dead sessions left: rows and devices that bear our mark and whose owner no longer runs. Nothing else is touched,
/// however dead it looks.
/// </summary>
public static class MirrorCollector
{
    /// <summary>How long to try to reach ovsdb-server.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <summary>Sessions of ours that nobody looks after, by what is there of them.</summary>
    /// <param name="assessment">The node's mirrors.</param>
    /// <param name="isOwnerAlive">
    /// Whether the process still runs. A living owner keeps its session even with its lease run out: it may be stopped in a debugger,
    /// or away from its database.
    /// </param>
    public static IReadOnlyList<DeadSession> FindDead(
        MirrorAssessment assessment, Func<Linux.ProcessIdentity, bool> isOwnerAlive)
    {
        var found = assessment.Mirrors
            .Where(m => m.IsDead && m.Mark is not null)
            .Select(m => (Mark: m.Mark!, Text: $"mirror {m.Name} on {m.Bridge}: {m.OwnerText}"))
            .Concat(assessment.Leftovers
                .Where(l => l.IsDead && l.Mark is not null)
                .Select(l => (Mark: l.Mark!, l.Text)));
        return
        [
            .. found.Where(f => f.Mark.Owner is null || !isOwnerAlive(f.Mark.Owner))
                .GroupBy(f => f.Mark.Session, StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => new DeadSession(g.Key, [.. g.Select(f => f.Text)])),
        ];
    }

    /// <summary>Removes these sessions and verifies it.</summary>
    public static async Task<CleanupResult> RemoveAsync(
        NodeAccess access, IReadOnlyList<DeadSession> sessions, CancellationToken cancellationToken)
    {
        var result = new CleanupResult([], []);
        foreach (var session in sessions)
        {
            result = result.With(await SessionCleaner.RemoveAsync(access, session.Session, _patience, cancellationToken));
        }
        return result;
    }
}

/// <summary>A session of ours that nobody looks after.</summary>
/// <param name="Session">Its name.</param>
/// <param name="What">What is there of it, in words.</param>
public sealed record DeadSession(string Session, IReadOnlyList<string> What);
