using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Plumbline.Linux.Native;

/// <summary>sched.h: setns(2), unshare(2). Both move the calling thread only.</summary>
internal static partial class Libc
{
    public const int CLONE_FS = 0x200;
    public const int CLONE_NEWNS = 0x20000;
    public const int CLONE_NEWNET = 0x40000000;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setns(SafeFileHandle file, int type);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int unshare(int flags);
}
