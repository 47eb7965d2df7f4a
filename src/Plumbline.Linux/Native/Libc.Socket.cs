using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Plumbline.Linux.Native;

/// <summary>sys/socket.h: socket(2), bind(2), send(2), recv(2), getsockopt(2).</summary>
internal static partial class Libc
{
    public const int AF_UNSPEC = 0;
    public const int AF_INET = 2;
    public const int AF_BRIDGE = 7;
    public const int AF_INET6 = 10;
    public const int AF_NETLINK = 16;
    public const int AF_PACKET = 17;

    public const int SOCK_RAW = 3;
    public const int SOCK_CLOEXEC = 0x80000;

    public const int SOL_SOCKET = 1;
    public const int SO_RCVBUF = 8;
    public const int SO_RCVTIMEO = 20;

    public const int MSG_TRUNC = 0x20;

    [LibraryImport("libc", SetLastError = true)]
    public static partial SafeSocketHandle socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int bind(SafeSocketHandle socket, ReadOnlySpan<byte> address, int addressLength);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setsockopt(
        SafeSocketHandle socket, int level, int name, ReadOnlySpan<byte> value, int valueLength);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int getsockopt(
        SafeSocketHandle socket, int level, int name, Span<byte> value, ref int valueLength);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint send(SafeSocketHandle socket, ReadOnlySpan<byte> data, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recvfrom(
        SafeSocketHandle socket, Span<byte> buffer, nint length, int flags, Span<byte> address, ref int addressLength);

    /// <summary>An option that is an <c>int</c>.</summary>
    public static int setsockopt(SafeSocketHandle socket, int level, int name, int value) =>
        setsockopt(socket, level, name, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)), sizeof(int));
}
