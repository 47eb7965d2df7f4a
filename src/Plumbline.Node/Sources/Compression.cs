using System.IO.Compression;

namespace Plumbline.Node.Sources;

/// <summary>Compressed files, known by their first bytes.</summary>
internal static class Compression
{
    /// <summary>How many bytes tell it.</summary>
    public const int StartLength = 6;

    /// <summary>The name is that of an archive or of a snapshot.</summary>
    public static bool IsArchiveName(string name) =>
        name.EndsWith(".tar", StringComparison.Ordinal) || name.EndsWith(".tgz", StringComparison.Ordinal)
        || name.EndsWith(".txz", StringComparison.Ordinal) || name.Contains(".tar.", StringComparison.Ordinal)
        || name.EndsWith(".plumb", StringComparison.Ordinal);

    /// <summary>The program that unpacks what starts so; null where none is needed.</summary>
    public static string? ProgramFor(ReadOnlySpan<byte> start) =>
        start.StartsWith((ReadOnlySpan<byte>)[0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]) ? "xz"
        : start.StartsWith("BZh"u8) ? "bzip2"
        : start.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) ? "zstd"
        : null;

    /// <summary>It starts as gzip does.</summary>
    public static bool IsGzip(ReadOnlySpan<byte> start) => start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B, 8]);

    /// <summary>What <paramref name="packed"/> unpacks to, read to no more than <paramref name="limit"/> bytes.</summary>
    /// <exception cref="NodeException">The program that is needed is not installed.</exception>
    public static Stream Open(Stream packed, ReadOnlySpan<byte> start, string name, long limit)
    {
        if (IsGzip(start))
        {
            return new BoundedStream(new GZipStream(packed, CompressionMode.Decompress), limit);
        }
        return ProgramFor(start) is { } program
            ? new BoundedStream(UnpackingStream.Start(program, packed, name), limit)
            : packed;
    }
}
