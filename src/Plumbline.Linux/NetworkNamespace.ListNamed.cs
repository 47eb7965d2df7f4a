using Plumbline.Linux.Native;

namespace Plumbline.Linux;

public sealed partial class NetworkNamespace
{
    /// <summary>Where ip-netns(8) keeps its namespaces.</summary>
    public const string DefaultFolder = "/run/netns";

    /// <summary>
    /// The namespaces mounted in <paramref name="folder"/>, ordered by name; none where the folder does not exist. Needs no
    /// permission but to read the folder.
    /// </summary>
    /// <exception cref="LinuxException">The folder cannot be read.</exception>
    public static NamedNamespaces ListNamed(string folder)
    {
        List<string> paths;
        try
        {
            paths = [.. Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException)
        {
            return new();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LinuxException(
                new($"cannot read the folder of network namespaces: {e.Message}", folder, Problems.RunAsRoot),
                e is UnauthorizedAccessException ? Libc.EACCES : 0, e);
        }
        var named = new List<NamedNamespace>();
        var skipped = new List<SkippedNamespace>();
        foreach (var path in paths)
        {
            var name = System.IO.Path.GetFileName(path);
            try
            {
                using var opened = Open(path);
                named.Add(new(name, path, opened.Inode));
            }
            catch (LinuxException e) when (e.Errno != Libc.ENOENT || System.IO.Path.Exists(path))
            {
                skipped.Add(new(name, path, e.Problem));
            }
            catch (LinuxException)
            {
                continue; // removed since we listed the folder: as if we had come a moment later
            }
        }
        return new() { Namespaces = named, Skipped = skipped };
    }
}
