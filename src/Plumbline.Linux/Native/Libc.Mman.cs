using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Plumbline.Linux.Native;

/// <summary>sys/mman.h: mmap(2), munmap(2), madvise(2).</summary>
internal static partial class Libc
{
    public const int PROT_READ = 1;
    public const int PROT_WRITE = 2;
    public const int MAP_SHARED = 1;
    public const nint MAP_FAILED = -1;
    public const int MADV_HUGEPAGE = 14;

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint mmap(
        nint address, nuint length, int protection, int flags, SafeSocketHandle socket, long offset);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int munmap(nint address, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int madvise(nint address, nuint length, int advice);
}
