using System.Net.Sockets;
using System.Runtime.InteropServices;
using Plumbline.Linux.Native;
using Plumbline.Linux.Netlink.Protocol;

namespace Plumbline.Linux.Netlink;

/// <summary>
/// A NETLINK_ROUTE socket (rtnetlink(7)) inside one network namespace: lists what the kernel has, and changes links. Answers take
/// microseconds, so calls are synchronous; one caller at a time. Every kernel refusal is a <see cref="LinuxException"/> with errno
/// and the extended-ack text.
/// </summary>
public sealed partial class RouteNetlink : IDisposable
{
    /// <summary>The kernel answers at once; longer than this means that it never will.</summary>
    private const int AnswerSeconds = 10;

    private const int NETLINK_ROUTE = 0;
    private const int NETLINK_NETFILTER = 12;

    private readonly SafeSocketHandle _socket;
    private readonly string? _where;

    /// <summary>On a socket that is open already; <paramref name="where"/> goes into problems.</summary>
    internal RouteNetlink(SafeSocketHandle socket, string? where)
    {
        _socket = socket;
        _where = where;
    }

    /// <summary>
    /// Opens a socket in <paramref name="networkNamespace"/>, or in the calling thread's namespace where null. It stays there:
    /// the namespace's handle may be closed, and calls may come from any thread.
    /// </summary>
    /// <exception cref="LinuxException">The namespace cannot be entered (needs CAP_SYS_ADMIN), or no descriptor is left.</exception>
    public static RouteNetlink Open(NetworkNamespace? networkNamespace = null)
    {
        var where = networkNamespace?.Path is { } path ? $"network namespace {path}" : null;
        var socket = networkNamespace is null ? OpenSocket() : networkNamespace.Run(OpenSocket);
        return new(socket, where);
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _socket.Dispose();

    private static SafeSocketHandle OpenSocket() => OpenSocket(NETLINK_ROUTE);

    private static SafeSocketHandle OpenSocket(int protocol)
    {
        // struct sockaddr_nl { u16 family; u16 pad; u32 port; u32 groups; }: port 0 lets the kernel choose
        Span<byte> address = stackalloc byte[12];
        ushort family = Libc.AF_NETLINK;
        MemoryMarshal.Write(address, in family);

        var socket = Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, protocol);
        if (socket.IsInvalid || Libc.bind(socket, address, address.Length) != 0)
        {
            var errno = Libc.Errno;
            socket.Dispose();
            throw Problems.Refused(protocol == NETLINK_ROUTE ? "open a route netlink socket" : "open a netfilter netlink socket", errno);
        }
        // older kernels lack some of these and then say less, or filter less; nothing depends on them
        _ = Libc.setsockopt(socket, NetlinkOption.SOL_NETLINK, NetlinkOption.NETLINK_CAP_ACK, 1);
        _ = Libc.setsockopt(socket, NetlinkOption.SOL_NETLINK, NetlinkOption.NETLINK_EXT_ACK, 1);
        _ = Libc.setsockopt(socket, NetlinkOption.SOL_NETLINK, NetlinkOption.NETLINK_GET_STRICT_CHK, 1);
        _ = Libc.setsockopt(socket, Libc.SOL_SOCKET, Libc.SO_RCVBUF, 1 << 20);
        ReadOnlySpan<nint> timeout = [AnswerSeconds, 0]; // struct timeval
        _ = Libc.setsockopt(
            socket, Libc.SOL_SOCKET, Libc.SO_RCVTIMEO, MemoryMarshal.AsBytes(timeout), 2 * nint.Size);
        return socket;
    }
}
