namespace Plumbline.Linux.Capture;

/// <summary>
/// Reads several captures as one, in the order of time. A packet is handed over when no ring can bring an older one any more:
/// <list type="bullet">
/// <item>a ring whose current block is empty: what arrived more than <see cref="IdleNanoseconds"/> ago would be seen;</item>
/// <item>a ring that fills a block: later than the last packet of the blocks before, but for processors that overtake each other
/// (<see cref="SlackNanoseconds"/>); the kernel hands the block over when its retire timer fires.</item>
/// </list>
/// Until then the packets stay in their rings. A ring that is half full is not kept waiting: packets are then handed over as they are,
/// for order may not cost packets. How many came late is counted.
/// </summary>
public sealed class PacketMerger
{
    /// <summary>Longer than a packet waits between its time stamp and its ring.</summary>
    private const long IdleNanoseconds = 5_000_000;

    private const long SlackNanoseconds = 1_000_000;

    /// <summary>How often a ring that fills a block is looked at while packets wait for it.</summary>
    private const int PauseMilliseconds = 4;

    private readonly Source[] _sources;
    private readonly List<PacketCapture> _open;
    private long _lastTime;

    /// <summary>Reads <paramref name="captures"/>, which are nobody else's to read; closing them stays the caller's.</summary>
    public PacketMerger(IReadOnlyList<PacketCapture> captures)
    {
        _sources = [.. captures.Select((c, i) => new Source(c, i))];
        _open = [.. captures];
    }

    /// <summary>Packets that were handed over behind a later one.</summary>
    public long OutOfOrder { get; private set; }

    /// <summary>
    /// Waits for packets and hands each to <paramref name="handler"/>, oldest first. What the handler throws comes through; the next call
    /// goes on with the packet after.
    /// </summary>
    /// <param name="timeout"><see cref="Timeout.InfiniteTimeSpan"/> waits without end.</param>
    /// <param name="handler">May call <see cref="PacketCapture.Stop()"/>.</param>
    /// <param name="failed">Told of a capture whose device went away or down, once all of its packets were handed over.</param>
    /// <returns>Packets handed over; 0 on timeout; -1 when all captures have ended.</returns>
    public int Read(TimeSpan timeout, MergedPacketHandler handler, Action<int, LinuxException> failed)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(failed);
        var deadline = timeout < TimeSpan.Zero ? long.MaxValue : Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        while (true)
        {
            var horizon = long.MaxValue;
            foreach (var source in _sources)
            {
                horizon = Math.Min(horizon, source.LookAhead(_open));
            }
            var count = HandOver(horizon, handler);
            if (count > 0)
            {
                return count;
            }
            if (!AnyLeft(failed))
            {
                return -1;
            }
            var waits = Array.Exists(_sources, s => !s.Packets.IsEmpty);
            var left = deadline - Environment.TickCount64;
            if (left <= 0)
            {
                return 0;
            }
            PacketCapture.WaitForMore(_open, waits ? PauseMilliseconds : deadline == long.MaxValue ? -1 : (int)left);
        }
    }

    /// <summary>
    /// The ring with the oldest packet gives as long as no other has an older one; beyond the horizon only while a ring is short of room.
    /// </summary>
    private int HandOver(long horizon, MergedPacketHandler handler)
    {
        var count = 0;
        while (Oldest(out var next) is { } first)
        {
            if (first.Packets.First > horizon)
            {
                if (!AnyTight())
                {
                    break;
                }
                count += HandOver(first, handler);
                continue;
            }
            var limit = Math.Min(horizon, next);
            while (!first.Packets.IsEmpty && first.Packets.First <= limit)
            {
                count += HandOver(first, handler);
            }
        }
        return count;
    }

    /// <param name="next">Time of the oldest packet in any other ring.</param>
    private Source? Oldest(out long next)
    {
        Source? first = null;
        next = long.MaxValue;
        foreach (var source in _sources)
        {
            if (source.Packets.IsEmpty)
            {
                continue;
            }
            if (first is null || source.Packets.First < first.Packets.First)
            {
                next = first is null ? next : first.Packets.First;
                first = source;
            }
            else
            {
                next = Math.Min(next, source.Packets.First);
            }
        }
        return first;
    }

    private bool AnyTight() => Array.Exists(_sources, s => s.IsTight);

    private int HandOver(Source source, MergedPacketHandler handler)
    {
        PacketRing.ReadWaiting(source.Packets.Take(), source.Capture.MaxLength, out var packet, out var data);
        if (source.Capture.IsLeftOut(packet))
        {
            source.GiveBack();
            return 0;
        }
        if (packet.TimestampNanoseconds < _lastTime)
        {
            OutOfOrder++;
        }
        _lastTime = Math.Max(_lastTime, packet.TimestampNanoseconds);
        try
        {
            handler(source.Index, packet, data);
        }
        finally
        {
            source.GiveBack();
        }
        return 1;
    }

    private bool AnyLeft(Action<int, LinuxException> failed)
    {
        var left = 0;
        foreach (var source in _sources)
        {
            if (source is { IsOver: true, HasEnded: false } && source.Packets.IsEmpty)
            {
                source.HasEnded = true;
                if (source.Failure is { } failure)
                {
                    failed(source.Index, failure);
                }
            }
            left += source.HasEnded ? 0 : 1;
        }
        return left > 0;
    }

    private sealed class Source(PacketCapture capture, int index)
    {
        private long _horizon;

        public PacketCapture Capture => capture;

        public int Index => index;

        public WaitingPackets Packets { get; } = new(capture.Ring.BlockCount);

        /// <summary>Nothing more comes into the ring, and all of it is among <see cref="Packets"/>.</summary>
        public bool IsOver { get; private set; }

        /// <summary>Why, where nobody stopped it.</summary>
        public LinuxException? Failure { get; private set; }

        /// <summary>All of it was handed over.</summary>
        public bool HasEnded { get; set; }

        public bool IsTight => capture.Ring.Held * 2 >= capture.Ring.BlockCount;

        /// <summary>Takes in what the kernel handed over.</summary>
        /// <param name="open">Loses this ring when nothing more comes.</param>
        /// <returns>No packet of this ring that is not among <see cref="Packets"/> yet is older than this.</returns>
        public long LookAhead(List<PacketCapture> open)
        {
            if (IsOver)
            {
                return long.MaxValue;
            }
            capture.Advance();
            GiveBack(); // a block without packets has nobody who would
            // looked at before the blocks are taken in: what comes in between is newer
            var now = PacketCapture.RealTime() - IdleNanoseconds;
            var ring = capture.Ring;
            while (ring.TryHoldNext(Packets))
            {
            }
            if (capture.TryEnd(out var failure))
            {
                IsOver = true;
                Failure = failure;
                open.Remove(capture);
                return long.MaxValue;
            }
            var isIdle = !ring.IsFilling && !ring.IsReady && ring.Held < ring.BlockCount;
            return _horizon = Math.Max(_horizon, isIdle ? now : Packets.Last - SlackNanoseconds);
        }

        /// <summary>Blocks whose packets were all taken go back to the kernel, in its order.</summary>
        public void GiveBack()
        {
            while (capture.Ring.Held > 0 && Packets.IsDone(capture.Ring.OldestHeld))
            {
                capture.Ring.GiveBackOldest();
            }
        }
    }
}
