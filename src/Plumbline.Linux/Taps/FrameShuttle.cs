using Plumbline.Linux.Native;

namespace Plumbline.Linux.Taps;

/// <summary>
/// Carries frames between the two taps of each pair: what QEMU does between a VM's tap and its guest's NIC. One thread, poll(2); a
/// frame that the far side does not take (it is down) is lost, as on a wire.
/// </summary>
public static class FrameShuttle
{
    /// <summary>An Ethernet frame with the largest payload that a link's MTU allows, and tags.</summary>
    private const int FrameLength = 65536 + 64;

    /// <summary>Frames taken from one tap before the others get their turn.</summary>
    private const int Burst = 64;

    private const int WakeMilliseconds = 200;

    /// <summary>Runs until cancelled (noticed within a fifth of a second) or until a tap is broken.</summary>
    /// <exception cref="LinuxException">A tap cannot be polled any more.</exception>
    public static void Run(IReadOnlyList<(TapDevice One, TapDevice Other)> pairs, CancellationToken cancellationToken)
    {
        var taps = pairs.SelectMany(p => new[] { (From: p.One, To: p.Other), (From: p.Other, To: p.One) }).ToList();
        var frame = new byte[FrameLength];
        var polled = new Libc.pollfd[taps.Count];
        for (var i = 0; i < taps.Count; i++)
        {
            // the handles are held by the taps, which the caller disposes of after we have returned
            polled[i] = new() { fd = (int)taps[i].From.File.DangerousGetHandle(), events = Libc.POLLIN };
        }
        while (!cancellationToken.IsCancellationRequested)
        {
            var ready = Libc.poll(polled, (nuint)polled.Length, WakeMilliseconds);
            if (ready < 0 && Libc.Errno != Libc.EINTR)
            {
                throw Problems.Refused("wait for frames", Libc.Errno);
            }
            for (var i = 0; ready > 0 && i < taps.Count; i++)
            {
                if (polled[i].revents != 0)
                {
                    ready--;
                    Carry(taps[i].From, taps[i].To, frame);
                }
            }
        }
        GC.KeepAlive(pairs);
    }

    private static void Carry(TapDevice from, TapDevice to, byte[] frame)
    {
        for (var i = 0; i < Burst; i++)
        {
            var length = Libc.read(from.File, frame, frame.Length);
            if (length < 0 && Libc.Errno == Libc.EAGAIN)
            {
                return;
            }
            if (length <= 0)
            {
                throw Problems.Refused($"read frames of \"{from.Name}\"", Libc.Errno);
            }
            _ = Libc.write(to.File, frame.AsSpan(0, (int)length), length); // EIO: the far side is down
        }
    }
}
