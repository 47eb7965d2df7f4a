using System.Buffers;
using System.Formats.Tar;

namespace Plumbline.Node.Sources;

/// <summary>
/// Offers a tar archive's files to a collector. Nothing is written anywhere, so a path is a name only; one that would lead out of a folder is
/// left and named. An archive that ends too early tells what stands before.
/// </summary>
internal static class ArchiveReader
{
    /// <summary>Reads <paramref name="archive"/> to its end.</summary>
    /// <exception cref="InvalidDataException">It is damaged before the first file.</exception>
    /// <exception cref="NotSupportedException">It begins with an entry that no reader takes (a sparse file, of several volumes).</exception>
    public static void Read(Stream archive, FileCollector collector)
    {
        var entries = 0;
        try
        {
            using var reader = new TarReader(archive, leaveOpen: true);
            while (reader.GetNextEntry(copyData: false) is { } entry)
            {
                entries++;
                Offer(entry, collector);
            }
        }
        catch (Exception exception) when (entries > 0 && IsDamage(exception))
        {
            collector.Remark(
                $"the archive is damaged or cut off after {entries} entries: {exception.Message}",
                "what would follow is not known: copy the archive again");
        }
    }

    /// <summary>What a reader of archives throws at damaged bytes: a length of 12 odd digits is an overflow.</summary>
    public static bool IsDamage(Exception exception) => exception is IOException or InvalidDataException or FormatException or NotSupportedException
        or OverflowException or ArgumentException or InvalidOperationException;

    private static void Offer(TarEntry entry, FileCollector collector)
    {
        if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile)
            || entry.DataStream is not { } data)
        {
            return;
        }
        var path = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
        if (path.StartsWith('/') || Array.IndexOf(path.Split('/'), "..") >= 0)
        {
            collector.Remark($"the path {path} leads out of the archive, and is left");
            return;
        }
        if (!collector.Wants(path, entry.Length))
        {
            return;
        }
        var buffer = ArrayPool<byte>.Shared.Rent((int)entry.Length);
        try
        {
            data.ReadExactly(buffer, 0, (int)entry.Length);
            collector.Take(path, buffer.AsSpan(0, (int)entry.Length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
