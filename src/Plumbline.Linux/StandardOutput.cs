using System.Runtime.InteropServices;
using Plumbline.Linux.Native;

namespace Plumbline.Linux;

/// <summary>What can be told of the process's standard output.</summary>
public static class StandardOutput
{
    /// <summary>From now on standard output is <paramref name="path"/>, opened for writing alone: a named pipe waits for its reader.</summary>
    /// <exception cref="LinuxException">It cannot be opened.</exception>
    public static void Redirect(string path)
    {
        using var file = Libc.open(path, Libc.O_WRONLY | Libc.O_CLOEXEC, 0);
        if (file.IsInvalid || Libc.dup2(file, 1) < 0)
        {
            throw Problems.Refused($"cannot write to \"{path}\"", Marshal.GetLastPInvokeError(), path);
        }
    }

    /// <summary>It is a pipe or socket and the other end is closed (POLLERR, POLLHUP of poll(2)); nothing is written to find out.</summary>
    public static bool IsReaderGone() => IsReaderGone(TimeSpan.Zero);

    /// <summary>As above; waits so long for it to happen, which costs nothing meanwhile.</summary>
    public static bool IsReaderGone(TimeSpan within)
    {
        var descriptor = new Libc.pollfd { fd = 1 };
        return Libc.poll(new(ref descriptor), 1, (int)within.TotalMilliseconds) > 0
            && (descriptor.revents & (Libc.POLLERR | Libc.POLLHUP)) != 0;
    }
}
