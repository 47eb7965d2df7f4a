using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Plumbline.Linux.Native;

/// <summary>fcntl.h: open(2).</summary>
internal static partial class Libc
{
    public const int O_RDONLY = 0;
    public const int O_WRONLY = 1;
    public const int O_CREAT = 0x40;
    public const int O_EXCL = 0x80;
    public const int O_NONBLOCK = 0x800;
    public const int O_CLOEXEC = 0x80000;
    public const int O_PATH = 0x200000;

    /// <summary>Past the page cache; asm/fcntl.h of the processor says which bit.</summary>
    public static int O_DIRECT => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x10000 : 0x4000;

    public const int AT_FDCWD = -100;
    public const int AT_EMPTY_PATH = 0x1000;

    /// <summary>
    /// The handle is invalid where the call failed; <paramref name="mode"/> counts with O_CREAT only.
    /// </summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle open(string path, int flags, uint mode);
}
