using Plumbline.Linux.Capture.Native;

namespace Plumbline.Linux;

/// <summary>What can be told of the process's standard output.</summary>
public static class StandardOutput
{
    /// <summary>It is a pipe or socket and the other end is closed (POLLERR, POLLHUP of poll(2)); nothing is written to find out.</summary>
    public static unsafe bool IsReaderGone()
    {
        var descriptor = new Poll.pollfd { fd = 1 };
        return Poll.poll(&descriptor, 1, 0) > 0 && (descriptor.revents & (Poll.POLLERR | POLLHUP)) != 0;
    }

    private const short POLLHUP = 0x10;
}
