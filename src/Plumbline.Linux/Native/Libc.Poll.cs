using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Plumbline.Linux.Native;

/// <summary>poll.h, sys/eventfd.h and membarrier(2): waiting, waking who waits, and letting softirqs finish.</summary>
internal static partial class Libc
{
    public const short POLLIN = 1;
    public const short POLLERR = 8;
    public const short POLLHUP = 0x10;
    public const int EFD_CLOEXEC = 0x80000;
    public const int EFD_NONBLOCK = 0x800;
    private const int MEMBARRIER_CMD_GLOBAL = 1;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int poll(Span<pollfd> fds, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", SetLastError = true)]
    public static partial SafeFileHandle eventfd(uint initial, int flags);

    /// <summary>
    /// MEMBARRIER_CMD_GLOBAL: the kernel runs <c>synchronize_rcu()</c>, so every softirq that was in a packet's receive
    /// path when we called has left it.
    /// </summary>
    /// <returns>False where the kernel or a seccomp filter refuses.</returns>
    public static bool TryWaitForRunningSoftirqs()
    {
        var number = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => 324,
            Architecture.Arm64 or Architecture.RiscV64 or Architecture.LoongArch64 => 283,
            Architecture.S390x => 356,
            Architecture.Ppc64le => 365,
            _ => -1,
        };
        return number >= 0 && syscall(number, MEMBARRIER_CMD_GLOBAL, 0, 0) == 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint first, nint second, nint third);

    /// <summary>8 bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct pollfd
    {
        public int fd;
        public short events;
        public short revents;
    }
}
