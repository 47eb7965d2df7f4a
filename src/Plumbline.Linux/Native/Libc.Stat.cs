using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Plumbline.Linux.Native;

/// <summary>
/// sys/stat.h, sys/statfs.h, sys/ioctl.h: statx(2), which has one layout on every processor (stat(2) has not),
/// fstatfs(2), and ioctl_ns(2).
/// </summary>
internal static partial class Libc
{
    public const uint STATX_TYPE = 0x1;
    public const uint STATX_SIZE = 0x200;
    public const uint STATX_INO = 0x100;

    /// <summary>statfs(2): the file system of namespace files.</summary>
    public const long NSFS_MAGIC = 0x6e736673;

    /// <summary>ioctl_ns(2): answers the CLONE_NEW flag of the namespace's type.</summary>
    public const nuint NS_GET_NSTYPE = 0xb703;

    private const int StatxInodeOffset = 32;
    private const int StatxBytes = 256;
    private const int StatfsBytes = 256;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, Span<byte> buffer);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int fstatx(SafeFileHandle file, string path, int flags, uint mask, Span<byte> buffer);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fstatfs(SafeFileHandle file, Span<byte> buffer);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ioctl(SafeFileHandle file, nuint request);

    /// <summary>stx_ino of what <paramref name="path"/> leads to; 0 (no inode has it) where the call failed.</summary>
    public static ulong InodeOf(string path)
    {
        Span<byte> buffer = stackalloc byte[StatxBytes];
        return statx(AT_FDCWD, path, 0, STATX_INO, buffer) == 0
            ? MemoryMarshal.Read<ulong>(buffer[StatxInodeOffset..])
            : 0;
    }

    /// <inheritdoc cref="InodeOf(string)"/>
    public static ulong InodeOf(SafeFileHandle file)
    {
        Span<byte> buffer = stackalloc byte[StatxBytes];
        return fstatx(file, "", AT_EMPTY_PATH, STATX_INO, buffer) == 0
            ? MemoryMarshal.Read<ulong>(buffer[StatxInodeOffset..])
            : 0;
    }

    /// <summary>f_type, the first word of <c>struct statfs</c> on 64-bit Linux; -1 where the call failed.</summary>
    public static long FileSystemOf(SafeFileHandle file)
    {
        Span<byte> buffer = stackalloc byte[StatfsBytes];
        return fstatfs(file, buffer) == 0 ? MemoryMarshal.Read<nint>(buffer) : -1;
    }
}
