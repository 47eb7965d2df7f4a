using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Plumbline.Integration.Tests.Timing;

/// <summary>System calls that .NET's sockets do not have.</summary>
internal static class HolderNative
{
    public const int AF_NETLINK = 16;
    public const int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    public const int NETLINK_NETFILTER = 12;
    public const short POLLIN = 1;

    /// <summary>linux/sockios.h: when the packet that was read last came, as timespec.</summary>
    private const nuint SIOCGSTAMPNS = 0x8907;

    private static readonly long _epoch = DateTime.UnixEpoch.Ticks;

    /// <summary>Nanoseconds since 1970 UTC, of the clock that stamps packets.</summary>
    public static long Now => (DateTime.UtcNow.Ticks - _epoch) * 100;

    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    public static Socket OpenNetlink(int protocol) => new(new SafeSocketHandle(socket(AF_NETLINK, SOCK_RAW_CLOEXEC, protocol), ownsHandle: true));

    /// <summary>When the last packet read from the socket came; the first call asks the kernel to note it from now on.</summary>
    public static long StampOf(Socket socket) =>
        ioctl((int)socket.Handle, SIOCGSTAMPNS, out var time) == 0 && time.Seconds > 0 ? time.Seconds * 1_000_000_000 + time.Nanoseconds : Now;

    /// <summary>Waits for input, for so many nanoseconds at most.</summary>
    public static void Wait(PollEntry[] entries, long nanoseconds)
    {
        var time = new Timespec { Seconds = nanoseconds / 1_000_000_000, Nanoseconds = nanoseconds % 1_000_000_000 };
        _ = ppoll(entries, (nuint)entries.Length, ref time, 0);
    }

    [DllImport("libc")]
    private static extern int socket(int domain, int type, int protocol);

    [DllImport("libc")]
    private static extern int ioctl(int descriptor, nuint request, out Timespec time);

    [DllImport("libc")]
    private static extern int ppoll([In, Out] PollEntry[] entries, nuint count, ref Timespec time, nint signals);
}
