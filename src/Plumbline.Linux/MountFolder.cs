using Plumbline.Linux.Native;

namespace Plumbline.Linux;

/// <summary>Makes a folder of namespaces a shared mount, as ip-netns(8) does, and takes that back.</summary>
internal static class MountFolder
{
    /// <summary>A folder that is no mount point is bound over itself first: only a mount has a propagation type.</summary>
    public static void Share(string folder)
    {
        if (Libc.mount("", folder, "none", Libc.MS_SHARED | Libc.MS_REC, null) == 0)
        {
            return;
        }
        if (Libc.Errno != Libc.EINVAL
            || Libc.mount(folder, folder, "none", Libc.MS_BIND | Libc.MS_REC, null) != 0
            || Libc.mount("", folder, "none", Libc.MS_SHARED | Libc.MS_REC, null) != 0)
        {
            throw Problems.CannotCreateNamespace(folder, Libc.Errno);
        }
    }

    /// <summary>
    /// Unmounts the bind mount over itself once nothing is in the folder, else the folder could not be removed. ip-netns(8)
    /// leaves its own mount for good, and so do we there. A folder that is a mount of its own right is not touched.
    /// </summary>
    public static void UnshareIfEmpty(string folder)
    {
        try
        {
            folder = Real(folder);
            if (folder == NetworkNamespace.DefaultFolder
                || Directory.EnumerateFileSystemEntries(folder).Any()
                || !IsBoundOverItself(folder, File.ReadAllLines("/proc/self/mountinfo")))
            {
                return;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return; // the folder went meanwhile, or is not ours to look into
        }
        // lazily: a handle that somebody else still holds for a moment would make it busy (EBUSY), and the folder could not be removed
        _ = Libc.umount2(folder, Libc.MNT_DETACH);
    }

    /// <summary>Without symbolic links, as the kernel writes paths of mounts: /var/run is /run nearly everywhere.</summary>
    private static string Real(string folder)
    {
        using var open = Libc.open(folder, Libc.O_PATH | Libc.O_CLOEXEC, 0);
        return open.IsInvalid
            ? folder
            : new FileInfo($"/proc/thread-self/fd/{open.DangerousGetHandle()}").LinkTarget ?? folder;
    }

    /// <summary>
    /// proc_pid_mountinfo(5): <c>ID PARENT MAJOR:MINOR ROOT MOUNTPOINT …</c>. Bound over itself means: same device as the parent
    /// mount, and its root is the very folder that it covers there.
    /// </summary>
    internal static bool IsBoundOverItself(string folder, IReadOnlyList<string> mountInfo)
    {
        var mounts = mountInfo.Select(line => line.Split(' ')).Where(fields => fields.Length > 4).ToList();
        var mount = mounts.LastOrDefault(fields => Unescape(fields[4]) == folder);
        var parent = mounts.FirstOrDefault(fields => fields[0] == mount?[1]);
        if (mount is null || parent is null || mount[2] != parent[2])
        {
            return false;
        }
        var covered = Path.GetRelativePath(Unescape(parent[4]), folder);
        return Path.Join(Unescape(parent[3]), covered) == Unescape(mount[3]);
    }

    /// <summary>The kernel writes blank, tab, newline and backslash as three octal digits.</summary>
    private static string Unescape(string field) => field
        .Replace("\\040", " ", StringComparison.Ordinal)
        .Replace("\\011", "\t", StringComparison.Ordinal)
        .Replace("\\012", "\n", StringComparison.Ordinal)
        .Replace("\\134", "\\", StringComparison.Ordinal);
}
