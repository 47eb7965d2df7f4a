using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Plumbline.Node.Facts;

namespace Plumbline.Node;

public static partial class SnapshotFile
{
    /// <summary>Writes; a path below /dev or /proc (a pipe, a terminal) is written to as it is, not replaced.</summary>
    /// <exception cref="NodeException">The file cannot be written.</exception>
    public static void Write(NodeSnapshot snapshot, string path)
    {
        try
        {
            if (path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal))
            {
                using var stream = new FileStream(path, FileMode.Open, FileAccess.Write);
                Write(snapshot, stream);
                return;
            }
            var target = File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;
            WriteAndRename(snapshot, target);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException
            or ArgumentException)
        {
            throw new NodeException(Problems.CannotWrite(path, exception), inner: exception);
        }
    }

    /// <summary>Writes to <paramref name="stream"/>, which stays open; its own exceptions come through.</summary>
    public static void Write(NodeSnapshot snapshot, Stream stream)
    {
        stream.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"plumb-snapshot {Version}\n")));
        using var gzip = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true);
        JsonSerializer.Serialize(gzip, snapshot, SnapshotJson.Contract);
    }

    private static void WriteAndRename(NodeSnapshot snapshot, string path)
    {
        if (Directory.Exists(path))
        {
            throw new IOException("Is a directory");
        }
        var temporary = string.Create(CultureInfo.InvariantCulture, $"{path}.{Environment.ProcessId}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                Write(snapshot, stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
