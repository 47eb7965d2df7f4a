using Plumbline.Linux;
using Plumbline.Node;

namespace Plumbline.Operations.Mirroring;

/// <summary>
/// The guard's own life (<c>plumb guard</c>): leave the terminal's session, say that we are armed, then read the pipe from the
/// guarded process until it ends. An end without the clean word means that it was killed: remove all that bears the session's mark.
/// </summary>
public static class SessionGuard
{
    /// <summary>What we say when armed, followed by our process identity.</summary>
    internal const string ReadyWord = "ready";

    /// <summary>What the guarded process says when it has cleaned up itself.</summary>
    internal const string CleanWord = "clean";

    /// <summary>How long to try to reach an ovsdb-server that is away; <c>plumb mirror gc</c> finds what is left then.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(10);

    /// <summary>A request that the guarded process sent with its last breath may still be under way: look once more.</summary>
    private static readonly TimeSpan _secondLook = TimeSpan.FromSeconds(1);

    /// <summary>Guards until the other end of <paramref name="input"/> is closed.</summary>
    /// <param name="access">The node.</param>
    /// <param name="session">What to remove.</param>
    /// <param name="input">The pipe from the guarded process.</param>
    /// <param name="output">The pipe to it.</param>
    /// <returns>What was removed; null where the guarded process had cleaned up itself.</returns>
    public static async Task<CleanupResult?> RunAsync(NodeAccess access, string session, Stream input, Stream output)
    {
        ProcessSession.Detach();
        output.Write(System.Text.Encoding.ASCII.GetBytes($"{ReadyWord} {ProcessIdentity.Current}\n"));
        output.Flush();
        if (IsClean(input))
        {
            return null;
        }
        var first = await SessionCleaner.RemoveAsync(access, session, _patience, CancellationToken.None);
        await Task.Delay(_secondLook);
        var second = await SessionCleaner.RemoveAsync(access, session, _patience, CancellationToken.None);
        return new([.. first.Removed, .. second.Removed], second.Left);
    }

    private static bool IsClean(Stream input)
    {
        using var reader = new StreamReader(input, System.Text.Encoding.ASCII);
        return reader.ReadToEnd().Split('\n').Contains(CleanWord);
    }
}
