using Plumbline.Linux.Native;
using Plumbline.Linux.Netlink;

namespace Plumbline.Linux;

public sealed partial class NetworkNamespace
{
    /// <summary>
    /// Makes a new namespace, with <c>lo</c> up, and mounts it at <paramref name="path"/> as ip-netns(8) does (the file is created,
    /// its folder must exist).
    /// </summary>
    /// <remarks>
    /// As with ip-netns(8) the folder becomes a shared mount (mount_namespaces(7)), by a bind mount over itself where it is none:
    /// so a process with a mount namespace of its own sees the namespace go when <see cref="Delete"/> unmounts it here, and does
    /// not keep it alive. <see cref="Delete"/> takes that mount away with the last namespace in the folder.
    /// </remarks>
    /// <exception cref="LinuxException">No permission, or the file exists.</exception>
    public static NetworkNamespace Create(string path)
    {
        MountFolder.Share(FolderOf(path));
        using (var file = Libc.open(path, Libc.O_RDONLY | Libc.O_CREAT | Libc.O_EXCL | Libc.O_CLOEXEC, 0))
        {
            if (file.IsInvalid)
            {
                throw Problems.CannotCreateNamespace(path, Libc.Errno);
            }
        }
        try
        {
            OnThread(() =>
            {
                if (Libc.unshare(Libc.CLONE_NEWNET) != 0 || Libc.mount(OwnPath, path, "none", Libc.MS_BIND, null) != 0)
                {
                    throw Problems.CannotCreateNamespace(path, Libc.Errno);
                }
                using var netlink = RouteNetlink.Open();
                netlink.ChangeLink(1, new LinkChange { Up = true }); // lo is the first link of every namespace
            });
            return Open(path);
        }
        catch
        {
            // a failed mount leaves a bare file, a failed lo a mounted one
            _ = Libc.umount2(path, Libc.MNT_DETACH);
            _ = Libc.unlink(path);
            throw;
        }
    }

    /// <summary>
    /// Undoes <see cref="Create"/>: unmounts and removes the file. The namespace dies with its last user. A file that ip-netns(8)
    /// left without a mount is removed too; anything else is left alone.
    /// </summary>
    /// <exception cref="LinuxException">No such file, no permission, busy, or no namespace.</exception>
    public static void Delete(string path)
    {
        using (var look = Libc.open(path, Libc.O_PATH | Libc.O_CLOEXEC, 0))
        {
            if (look.IsInvalid)
            {
                throw Problems.CannotDeleteNamespace(path, Libc.Errno);
            }
            if (Libc.FileSystemOf(look) == Libc.NSFS_MAGIC)
            {
                if (Libc.umount2(path, Libc.MNT_DETACH) != 0)
                {
                    throw Problems.CannotDeleteNamespace(path, Libc.Errno);
                }
            }
            else if (new FileInfo(path) is not { Exists: true, Length: 0 })
            {
                throw Problems.NoNamespace(path, "it is an ordinary file or folder, and was left alone");
            }
        }
        if (Libc.unlink(path) != 0)
        {
            throw Problems.CannotDeleteNamespace(path, Libc.Errno);
        }
        MountFolder.UnshareIfEmpty(FolderOf(path));
    }

    private static string FolderOf(string path) => System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? "/";
}
