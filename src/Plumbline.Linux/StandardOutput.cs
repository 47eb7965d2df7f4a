using Plumbline.Linux.Native;

namespace Plumbline.Linux;

/// <summary>What can be told of the process's standard output.</summary>
public static class StandardOutput
{
    /// <summary>It is a pipe or socket and the other end is closed (POLLERR, POLLHUP of poll(2)); nothing is written to find out.</summary>
    public static bool IsReaderGone()
    {
        var descriptor = new Libc.pollfd { fd = 1 };
        return Libc.poll(new(ref descriptor), 1, 0) > 0 && (descriptor.revents & (Libc.POLLERR | Libc.POLLHUP)) != 0;
    }
}
