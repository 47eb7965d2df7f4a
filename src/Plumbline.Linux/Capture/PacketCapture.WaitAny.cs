using Plumbline.Linux.Native;

namespace Plumbline.Linux.Capture;

public sealed partial class PacketCapture
{
    /// <summary>
    /// Waits until <see cref="Read"/> with <see cref="TimeSpan.Zero"/> has something to do on at least one of
    /// <paramref name="captures"/> (poll(2)). Take out those that have ended (-1 or an exception): they are always
    /// ready.
    /// </summary>
    /// <returns>False on timeout.</returns>
    public static bool WaitAny(IReadOnlyList<PacketCapture> captures, TimeSpan timeout) =>
        WaitUntil(captures, After(timeout));

    /// <summary>
    /// Waits until one of <paramref name="captures"/> may have more: as <see cref="WaitAny"/>, but a ring of which blocks are held is not
    /// asked, since poll(2) would say at once that it has packets (packet_poll looks at the block before).
    /// </summary>
    internal static void WaitForMore(IReadOnlyList<PacketCapture> captures, int milliseconds) =>
        WaitUntil(captures, milliseconds < 0 ? long.MaxValue : Environment.TickCount64 + milliseconds);

    /// <summary>A moment of <see cref="Environment.TickCount64"/>.</summary>
    private static long After(TimeSpan timeout) => timeout < TimeSpan.Zero
        ? long.MaxValue
        : Environment.TickCount64 + (long)Math.Min(Math.Ceiling(timeout.TotalMilliseconds), int.MaxValue);

    private static bool WaitUntil(IReadOnlyList<PacketCapture> captures, long deadline)
    {
        var fds = captures.Count <= 16
            ? stackalloc Libc.pollfd[2 * captures.Count]
            : new Libc.pollfd[2 * captures.Count];
        while (true)
        {
            var now = Environment.TickCount64;
            var wakeUp = deadline;
            for (var i = 0; i < captures.Count; i++)
            {
                if (captures[i].HasWork(now))
                {
                    return true;
                }
                wakeUp = Math.Min(wakeUp, captures[i].NextPhase(now));
            }
            if (!PollOnce(captures, fds, wakeUp == long.MaxValue ? -1 : (int)Math.Clamp(wakeUp - now, 0, int.MaxValue))
                && Environment.TickCount64 >= deadline)
            {
                return false;
            }
        }
    }

    /// <returns>True when one of them was told of something.</returns>
    private static bool PollOnce(IReadOnlyList<PacketCapture> captures, Span<Libc.pollfd> fds, int milliseconds)
    {
        var held = 0;
        try
        {
            for (; held < captures.Count; held++)
            {
                var added = false;
                var capture = captures[held];
                capture._socket.DangerousAddRef(ref added);
                fds[2 * held] = new() { fd = (int)capture._socket.DangerousGetHandle(), events = capture._ring.Held > 0 ? (short)0 : Libc.POLLIN };
                // once stopped, the eventfd has said all it has to say; poll(2) skips negative numbers
                var isRunning = capture._phase == Phase.Running;
                var wake = isRunning ? (int)capture._wake.DangerousGetHandle() : -1;
                fds[2 * held + 1] = new() { fd = wake, events = Libc.POLLIN };
            }
            var ready = Libc.poll(fds, (nuint)(2 * held), milliseconds);
            if (ready < 0 && Libc.Errno is var errno and not Libc.EINTR)
            {
                throw Problems.ReadFailed(captures[0]._options, errno);
            }
            for (var i = 0; ready > 0 && i < held; i++)
            {
                if ((fds[2 * i].revents & Libc.POLLERR) != 0)
                {
                    captures[i].NoteError();
                }
            }
            return ready > 0;
        }
        finally
        {
            while (held-- > 0)
            {
                captures[held]._socket.DangerousRelease();
            }
        }
    }

    /// <summary><see cref="Read"/> would not wait.</summary>
    private bool HasWork(long now) => _ring.IsReady || _phase switch
    {
        Phase.Running => _failure is not null || Volatile.Read(ref _stopNanoseconds) != 0,
        Phase.Lingering => now >= _phaseEnds,
        Phase.Draining => IsDrained(now),
        _ => true,
    };

    /// <summary>When <see cref="HasWork"/> becomes true by itself.</summary>
    private long NextPhase(long now) => _phase switch
    {
        Phase.Lingering => _phaseEnds,
        Phase.Draining => now < _emptyCounts && _ring.IsEmpty ? _emptyCounts : _phaseEnds,
        _ => long.MaxValue,
    };
}
