namespace Plumbline.Operations.Mirroring;

/// <summary>How the copies of a session's mirrors are read.</summary>
/// <param name="Filter">tcpdump's syntax; null: all of them.</param>
/// <param name="SnapLength">Bytes kept of each packet.</param>
public sealed record MirrorReading(string? Filter, int SnapLength)
{
    /// <summary>The ring of each.</summary>
    public RingSize Ring { get; init; } = RingSize.ForOne;
}
