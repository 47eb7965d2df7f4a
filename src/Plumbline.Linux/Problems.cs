using Plumbline.Linux.Native;

namespace Plumbline.Linux;

/// <summary>What the user is told when the kernel refuses, in one place.</summary>
internal static partial class Problems
{
    /// <summary>Fix for everything that wants CAP_SYS_ADMIN or CAP_NET_ADMIN.</summary>
    public const string RunAsRoot = "run as root (sudo)";

    /// <summary>
    /// "cannot <paramref name="what"/>: strerror", and where <paramref name="fix"/> is null, a fix that follows from the number
    /// alone.
    /// </summary>
    public static LinuxException Refused(string what, int errno, string? where = null, string? fix = null) =>
        new(new($"cannot {what}: {Libc.TextOf(errno)}", where, fix ?? FixOf(errno)), errno);

    /// <summary>A fix that follows from the error number alone; null where none does.</summary>
    public static string? FixOf(int errno) => errno switch
    {
        Libc.EPERM or Libc.EACCES => RunAsRoot,
        _ => null,
    };
}
