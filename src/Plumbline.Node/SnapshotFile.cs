namespace Plumbline.Node;

/// <summary>
/// The snapshot's file: a line <c>plumb-snapshot 1</c>, then gzip of one JSON document. Written to a temporary neighbour and renamed, so a
/// full disk never leaves half a file under the asked name.
/// </summary>
public static partial class SnapshotFile
{
    /// <summary>The version this code writes; it reads all versions up to it.</summary>
    public const int Version = 1;

    /// <summary>The largest JSON document that is read, in bytes: a small file that unpacks to more is refused.</summary>
    internal const long LargestDocument = 256L << 20;

    /// <summary>The stream starts like a snapshot file.</summary>
    public static bool IsSnapshot(ReadOnlySpan<byte> start) => start.StartsWith(Magic);

    private static ReadOnlySpan<byte> Magic => "plumb-snapshot "u8;
}
