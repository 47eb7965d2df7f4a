using System.Net.Sockets;
using System.Runtime.InteropServices;
using Plumbline.Linux.Native;
using Plumbline.Linux.Netlink;

namespace Plumbline.Linux.Tests.Netlink;

/// <summary>
/// The other end of a netlink socket, which answers what a real kernel only does at moments that no test can choose. A pair of
/// unnamed datagram sockets keeps message borders as netlink does. Answers wait in the socket before the question comes: requests
/// are numbered from 1, so an answer can bear its number already.
/// </summary>
internal sealed class FakeKernel : IDisposable
{
    private readonly Socket _kernel;

    public FakeKernel()
    {
        const int AF_UNIX = 1, SOCK_DGRAM = 2;
        var pair = new int[2];
        Assert.Equal(0, socketpair(AF_UNIX, SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0, pair));
        _kernel = new Socket(new SafeSocketHandle(pair[0], ownsHandle: true));
        var user = new SafeSocketHandle(pair[1], ownsHandle: true);
        ReadOnlySpan<nint> second = [1, 0]; // a test that waits in vain ends
        Assert.Equal(0, Libc.setsockopt(user, Libc.SOL_SOCKET, Libc.SO_RCVTIMEO, MemoryMarshal.AsBytes(second), 2 * nint.Size));
        Netlink = new RouteNetlink(user, "network namespace test");
    }

    public RouteNetlink Netlink { get; }

    /// <summary>One datagram of messages.</summary>
    public void Answers(params byte[][] messages) => _kernel.Send([.. messages.SelectMany(message => message)]);

    /// <summary>Returns when the request of that number has come.</summary>
    public void WaitForRequest(uint sequence)
    {
        var buffer = new byte[4096];
        _kernel.ReceiveTimeout = 10_000;
        do
        {
            _kernel.Receive(buffer);
        }
        while (BitConverter.ToUInt32(buffer, 8) != sequence);
    }

    /// <summary><c>struct nlmsghdr</c>, payload, padding.</summary>
    public static byte[] Message(ushort type, ushort flags, uint sequence, string payload)
    {
        var body = Convert.FromHexString(payload);
        return
        [
            .. BitConverter.GetBytes(16 + body.Length),
            .. BitConverter.GetBytes(type),
            .. BitConverter.GetBytes(flags),
            .. BitConverter.GetBytes(sequence),
            .. new byte[4],
            .. body,
            .. new byte[(4 - body.Length % 4) % 4],
        ];
    }

    public void Dispose()
    {
        Netlink.Dispose();
        _kernel.Dispose();
    }

    [DllImport("libc")]
    private static extern int socketpair(int domain, int type, int protocol, int[] pair);
}
