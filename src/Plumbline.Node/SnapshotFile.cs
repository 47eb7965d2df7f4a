using Plumbline.Node.Facts;

namespace Plumbline.Node;

/// <summary>
/// The snapshot's file: a line <c>plumb-snapshot 1</c>, then gzip of one JSON document. Written to a temporary neighbour and renamed, so a
/// full disk never leaves half a file under the asked name.
/// </summary>
public static partial class SnapshotFile
{
    /// <summary>The version this code writes; it reads all versions up to it.</summary>
    public const int Version = 1;

    /// <summary>Writes.</summary>
    /// <exception cref="NodeException">The file cannot be written.</exception>
    public static void Write(NodeSnapshot snapshot, string path) => throw new NotImplementedException();

    /// <summary>The stream starts like a snapshot file.</summary>
    public static bool IsSnapshot(ReadOnlySpan<byte> start) => start.StartsWith("plumb-snapshot "u8);

    /// <summary>Reads.</summary>
    /// <exception cref="NodeException">Damaged, cut off, or written by a newer plumb.</exception>
    public static NodeSnapshot Read(Stream stream, string name) => throw new NotImplementedException();
}
