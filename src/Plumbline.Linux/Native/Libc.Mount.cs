using System.Runtime.InteropServices;

namespace Plumbline.Linux.Native;

/// <summary>sys/mount.h: mount(2), umount2(2).</summary>
internal static partial class Libc
{
    public const nuint MS_RDONLY = 0x1;
    public const nuint MS_BIND = 0x1000;
    public const nuint MS_REC = 0x4000;
    public const nuint MS_SLAVE = 0x80000;
    public const nuint MS_SHARED = 0x100000;

    public const int MNT_DETACH = 2;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mount(string source, string target, string? type, nuint flags, string? data);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int umount2(string target, int flags);
}
