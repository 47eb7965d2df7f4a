using Plumbline.Linux.Native;

namespace Plumbline.Linux.Processes;

/// <summary>
/// Gives the calling thread a view of the file system of its own (mount_namespaces(7)), so that stock tools that are started from
/// it find a lab's folders where they look by default.
/// </summary>
public static class MountNamespace
{
    /// <summary>
    /// Moves the calling thread, for the rest of its life, into <paramref name="networkNamespace"/> (null: stays) and a new mount
    /// namespace with <paramref name="mounts"/> on top, in this order. Call it right before <see cref="ProcessReplacement.Exec"/>,
    /// or on a thread of its own.
    /// </summary>
    /// <remarks>
    /// As ip-netns(8) exec does: nothing mounted here is seen outside, but what is unmounted outside goes away here too (slave
    /// propagation). With private propagation a shell that stays open would keep deleted namespaces alive.
    /// </remarks>
    /// <param name="networkNamespace">Null: the present one.</param>
    /// <param name="mounts">Folders to bind; a target that does not exist is made, and stays.</param>
    /// <param name="ownSysfs">
    /// Mount /sys anew: /sys/class/net, which brctl(8) reads, shows the links of the namespace it was mounted in.
    /// </param>
    /// <exception cref="LinuxException">No permission (needs CAP_SYS_ADMIN), or a source that does not exist.</exception>
    public static void Enter(
        NetworkNamespace? networkNamespace, IReadOnlyList<BindMount> mounts, bool ownSysfs = true)
    {
        networkNamespace?.Enter();
        if (Libc.unshare(Libc.CLONE_NEWNS | Libc.CLONE_FS) != 0
            || Libc.mount("", "/", "none", Libc.MS_SLAVE | Libc.MS_REC, null) != 0)
        {
            throw Problems.Refused("make a mount namespace", Libc.Errno);
        }
        if (ownSysfs && Libc.mount("sysfs", "/sys", "sysfs", 0, null) != 0)
        {
            throw Problems.Refused("mount /sys for the network namespace", Libc.Errno, networkNamespace?.Path);
        }
        foreach (var (source, target) in mounts)
        {
            try
            {
                Directory.CreateDirectory(target);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new LinuxException(new($"cannot make the folder \"{target}\": {e.Message}", null, Problems.RunAsRoot), 0, e);
            }
            if (Libc.mount(source, target, "none", Libc.MS_BIND | Libc.MS_REC, null) != 0)
            {
                throw Problems.Refused($"mount \"{source}\" at \"{target}\"", Libc.Errno);
            }
        }
    }
}
