namespace Plumbline.Iptables;

/// <summary><c>-m comment --comment</c>: always true.</summary>
public sealed record CommentMatch : Match
{
    /// <summary>Without quotes and escapes, at most 255 bytes.</summary>
    public required string Text { get; init; }
}
