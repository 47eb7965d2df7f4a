using Plumbline.Linux.Native;

namespace Plumbline.Linux;

/// <summary>Processes, programs, /proc.</summary>
internal static partial class Problems
{
    public static LinuxException NoProc(string path) =>
        new(new($"cannot read \"{path}\"", null, "mount the proc file system: mount -t proc proc /proc"), Libc.ENOENT);
}
