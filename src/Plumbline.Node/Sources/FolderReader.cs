namespace Plumbline.Node.Sources;

/// <summary>
/// Offers a folder's files to a collector, in the order of their paths. Links are not followed: one that stays inside tells nothing new, one
/// that leads out is named. What is no plain file has no length, and is not opened: a pipe would never end.
/// </summary>
internal static class FolderReader
{
    private const int Deepest = 24;

    /// <summary>Reads the folder <paramref name="root"/>; of archives and snapshots in it only the paths are given back.</summary>
    public static IReadOnlyList<string> Read(string root, FileCollector collector)
    {
        var archives = new List<string>();
        Read(new DirectoryInfo(root), Path.GetFullPath(root), "", collector, archives, 0);
        return archives;
    }

    private static void Read(
        DirectoryInfo folder, string root, string prefix, FileCollector collector, List<string> archives, int depth)
    {
        if (depth > Deepest)
        {
            collector.Remark($"folders below {prefix} are nested too deep and were left");
            return;
        }
        FileSystemInfo[] entries;
        try
        {
            entries = folder.GetFileSystemInfos();
        }
        catch (Exception exception) when (depth > 0 && exception is IOException or UnauthorizedAccessException)
        {
            collector.Remark($"{prefix}: {Problems.Words(exception)}", "what is in it is not known");
            return;
        }
        Array.Sort(entries, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        foreach (var entry in entries)
        {
            var path = prefix + entry.Name;
            if (entry.LinkTarget is { } target)
            {
                // resolved by words, so that a link to itself or to nothing is no trouble
                var full = Path.GetFullPath(target, Path.GetDirectoryName(entry.FullName)!);
                if (!full.StartsWith(root.TrimEnd('/') + "/", StringComparison.Ordinal) && !ReportLayout.IsBeside(path))
                {
                    collector.Remark($"{path} is a link that leads out of the folder, and is not followed");
                }
            }
            else if (entry is DirectoryInfo below)
            {
                Read(below, root, path + "/", collector, archives, depth + 1);
            }
            else if (entry is FileInfo file)
            {
                ReadFile(file, path, collector, archives);
            }
        }
    }

    private static void ReadFile(FileInfo file, string path, FileCollector collector, List<string> archives)
    {
        if (file.Length > 0 && Compression.IsArchiveName(file.Name))
        {
            archives.Add(file.FullName);
            return;
        }
        if (!collector.Wants(path, file.Length))
        {
            return;
        }
        try
        {
            collector.Take(path, File.ReadAllBytes(file.FullName));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            collector.Remark($"{path}: {Problems.Words(exception)}", "what it tells is not known");
        }
    }
}
