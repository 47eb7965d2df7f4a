namespace Plumbline.Operations.Mirroring;

/// <summary>What became of one session's rows and devices.</summary>
/// <param name="Removed">What was there and is gone, verified, in words: <c>mirror plumb-… on br-int</c>.</param>
/// <param name="Left">What could not be removed, or not be verified.</param>
public sealed record CleanupResult(IReadOnlyList<string> Removed, IReadOnlyList<Leftover> Left)
{
    /// <summary>All is gone.</summary>
    public bool IsClean => Left.Count == 0;

    /// <summary>Both of two.</summary>
    public CleanupResult With(CleanupResult other) => new([.. Removed, .. other.Removed], [.. Left, .. other.Left]);
}

/// <summary>Something of ours that is still there, or may be.</summary>
/// <param name="What">It, in words.</param>
/// <param name="Why">Why it could not be removed.</param>
/// <param name="Command">What removes it.</param>
public sealed record Leftover(string What, string Why, string Command);
