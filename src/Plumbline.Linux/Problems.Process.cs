using Plumbline.Linux.Native;
using Plumbline.Linux.Processes;

namespace Plumbline.Linux;

/// <summary>Processes, programs, /proc.</summary>
internal static partial class Problems
{
    public static LinuxException NoProc(string path) =>
        new(new($"cannot read \"{path}\"", null, "mount the proc file system: mount -t proc proc /proc"), Libc.ENOENT);

    public static LinuxException NotInstalled(string program) =>
        new(
            new(
                $"cannot run \"{program}\": it is not installed",
                null,
                Programs.PackageOf(program) is { } package ? $"apt install {package}" : "install it, or add its folder to PATH"),
            Libc.ENOENT);

    public static LinuxException CannotRun(string path, int errno, string? folder) =>
        Refused($"run \"{path}\"", errno, string.IsNullOrEmpty(folder) ? null : $"in folder {folder}");
}
