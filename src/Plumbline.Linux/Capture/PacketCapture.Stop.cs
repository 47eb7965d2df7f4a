using Plumbline.Linux.Native;

namespace Plumbline.Linux.Capture;

public sealed partial class PacketCapture
{
    /// <summary>
    /// Longer than a packet waits between its arrival (where it is stamped) and the socket, even when ksoftirqd has
    /// taken over.
    /// </summary>
    private const int LingerMilliseconds = 20;

    /// <summary>
    /// Never reached unless the retire timer fails: a drain that takes longer ends with what there is.
    /// </summary>
    private int DrainMilliseconds => 1000 + 2 * _options.RetireMilliseconds;

    private Phase _phase;
    private long _phaseEnds;

    /// <summary>From this moment on an empty ring is final.</summary>
    private long _emptyCounts;

    private long _stopNanoseconds;
    private long _lastNanoseconds = long.MaxValue;
    private LinuxException? _failure;

    private enum Phase
    {
        Running,
        Lingering,
        Draining,
        Ended,
    }

    /// <summary>
    /// Packets that arrive from now on are not accepted; <see cref="Read"/>, which this wakes up, returns what arrived
    /// before, partly filled blocks included, and then -1. Returns at once; more calls change nothing.
    /// </summary>
    public void Stop() => Stop(RealTime() + 99);

    /// <summary>As <see cref="Stop()"/>, with the time of the last packet that is kept; several captures may share it.</summary>
    /// <param name="lastNanoseconds">Since 1970; not long ago, for what is older may have been handed over already.</param>
    public void Stop(long lastNanoseconds)
    {
        lock (_gate)
        {
            if (_disposed || _stopNanoseconds != 0)
            {
                return;
            }
            Volatile.Write(ref _stopNanoseconds, lastNanoseconds);
            // an eventfd of our own with room for 2^64 - 1 takes it
            _ = Libc.write(_wake, BitConverter.GetBytes(1UL), sizeof(ulong));
        }
    }

    /// <summary>Goes to the next phase when it is time.</summary>
    internal void Advance()
    {
        if (_phase == Phase.Running && _failure is not null)
        {
            StartDraining();
        }
        else if (_phase == Phase.Running && Volatile.Read(ref _stopNanoseconds) is var stopped and not 0)
        {
            _lastNanoseconds = stopped;
            _phase = Phase.Lingering;
            _phaseEnds = Environment.TickCount64 + LingerMilliseconds;
        }
        else if (_phase == Phase.Lingering && Environment.TickCount64 >= _phaseEnds)
        {
            StartDraining();
        }
    }

    /// <summary>
    /// As <see cref="Advance()"/> for all. Those that were stopped together wait for the kernel together: it takes tens
    /// of milliseconds on a busy node, each time.
    /// </summary>
    internal static void Advance(IReadOnlyList<PacketCapture> captures)
    {
        var lingering = 0;
        var ends = 0L;
        foreach (var capture in captures)
        {
            if (capture._phase != Phase.Lingering)
            {
                capture.Advance();
            }
            if (capture._phase == Phase.Lingering)
            {
                lingering++;
                ends = Math.Max(ends, capture._phaseEnds);
            }
        }
        if (lingering == 0 || Environment.TickCount64 < ends)
        {
            return;
        }
        foreach (var capture in captures)
        {
            if (capture._phase == Phase.Lingering)
            {
                capture.RefuseAll();
            }
        }
        var isQuiet = Libc.TryWaitForRunningSoftirqs();
        foreach (var capture in captures)
        {
            if (capture._phase == Phase.Lingering)
            {
                capture.StartDraining(isQuiet);
            }
        }
    }

    private void StartDraining()
    {
        RefuseAll();
        StartDraining(Libc.TryWaitForRunningSoftirqs());
    }

    /// <summary>One instruction cannot be refused for want of room.</summary>
    private void RefuseAll() => _ = Attach(_socket, [new() { code = Libc.BPF_RET_K, k = 0 }]);

    /// <param name="isQuiet">
    /// A softirq may still run the old filter; only when it is through, "the ring is empty" means the end. False:
    /// nobody knows.
    /// </param>
    private void StartDraining(bool isQuiet)
    {
        _phase = Phase.Draining;
        _phaseEnds = Environment.TickCount64 + DrainMilliseconds;
        _emptyCounts = isQuiet ? 0 : Environment.TickCount64 + LingerMilliseconds;
    }

    /// <summary>Nanoseconds since 1970: UtcNow is the kernel's CLOCK_REALTIME, cut to 100 ns.</summary>
    public static long RealTime() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;

    /// <summary>True when it has ended; <paramref name="failure"/> says why, where nobody called <see cref="Stop()"/>.</summary>
    internal bool TryEnd(out LinuxException? failure)
    {
        failure = _failure;
        return IsEnded();
    }

    private bool IsEnded()
    {
        if (_phase == Phase.Draining && IsDrained(Environment.TickCount64))
        {
            _phase = Phase.Ended;
        }
        return _phase == Phase.Ended;
    }

    private bool IsDrained(long now) => _ring.IsEmpty && now >= _emptyCounts || now >= _phaseEnds;

    /// <summary>The socket told of an error: the device went down or away, or something else did.</summary>
    private void NoteError()
    {
        var errno = TakeError(_socket);
        if (errno == 0 || _phase != Phase.Running)
        {
            return;
        }
        var request = new Libc.ifreq { ifr_ifindex = _ifIndex };
        _failure = errno is not (Libc.ENETDOWN or Libc.ENODEV) ? Problems.ReadFailed(_options, errno)
            : Libc.ioctl(_socket, Libc.SIOCGIFNAME, ref request) == 0 ? Problems.DeviceWentDown(_options)
            : Problems.DeviceGone(_options);
    }
}
