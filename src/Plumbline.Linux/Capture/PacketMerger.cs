namespace Plumbline.Linux.Capture;

/// <summary>
/// Reads several captures as one, in the order of time. A packet is handed over when no ring can bring an older one any more:
/// <list type="bullet">
/// <item>a ring whose current block is empty: what arrived more than 5 ms ago would be seen;</item>
/// <item>a ring that fills a block: later than the last packet of the blocks before, but for processors that overtake each other
/// (1 ms); the kernel hands the block over when its retire timer fires.</item>
/// </list>
/// Until then the packets stay in their rings. A ring that is half full is not kept waiting: packets are then handed over as they are,
/// for order may not cost packets. How many came late is counted.
/// </summary>
public sealed class PacketMerger
{
    /// <summary>How often a ring that fills a block is looked at while packets wait for it.</summary>
    private const int PauseMilliseconds = 4;

    private readonly MergedSource[] _sources;
    private readonly List<PacketCapture> _open;

    /// <summary>Reads <paramref name="captures"/>, which are nobody else's to read; closing them stays the caller's.</summary>
    public PacketMerger(IReadOnlyList<PacketCapture> captures)
    {
        _sources = [.. captures.Select((c, i) => new MergedSource(c, i))];
        _open = [.. captures];
    }

    /// <summary>Packets that were handed over behind a later one.</summary>
    public long OutOfOrder { get; internal set; }

    /// <summary>
    /// How often the clock was set back between two packets: what comes then is in the order of the new time.
    /// </summary>
    public long ClockSteps { get; internal set; }

    /// <summary>Time of the latest packet that was handed over.</summary>
    internal long LastTime { get; private set; }

    /// <summary>Packets that wait in all rings.</summary>
    internal int Waiting
    {
        get
        {
            var sum = 0;
            foreach (var source in _sources)
            {
                sum += source.Packets.Count;
            }
            return sum;
        }
    }

    /// <summary>
    /// Waits for packets and hands them to <paramref name="handler"/>, oldest first. What the handler throws comes through; the next call
    /// goes on with the packet after.
    /// </summary>
    /// <param name="timeout"><see cref="Timeout.InfiniteTimeSpan"/> waits without end.</param>
    /// <param name="handler">May call <see cref="PacketCapture.Stop()"/>.</param>
    /// <param name="failed">Told of a capture whose device went away or down, once all of its packets were handed over.</param>
    /// <returns>Packets handed over; 0 on timeout; -1 when all captures have ended.</returns>
    public int Read(TimeSpan timeout, MergedPacketsHandler handler, Action<int, LinuxException> failed)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(failed);
        var deadline = timeout < TimeSpan.Zero ? long.MaxValue : Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        while (true)
        {
            PacketCapture.Advance(_open);
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

    private int HandOver(long horizon, MergedPacketsHandler handler)
    {
        var packets = new MergedPackets(this, horizon);
        try
        {
            handler(ref packets);
        }
        finally
        {
            packets.GiveBack();
            LastTime = packets.LastTime;
        }
        return packets.Taken;
    }

    /// <summary>
    /// The ring with the oldest packet; beyond the horizon only while a ring is short of room. Null where it is too early for all that wait.
    /// </summary>
    /// <param name="horizon">No ring brings an older packet.</param>
    /// <param name="limit">Until when it is the ring to take from.</param>
    internal MergedSource? Oldest(long horizon, out long limit)
    {
        MergedSource? first = null;
        limit = horizon;
        var earliest = long.MaxValue;
        foreach (var source in _sources)
        {
            if (source.Packets.IsEmpty)
            {
                continue;
            }
            var time = source.Packets.First;
            if (time < earliest)
            {
                limit = Math.Min(limit, earliest);
                (first, earliest) = (source, time);
            }
            else
            {
                limit = Math.Min(limit, time);
            }
        }
        if (earliest <= horizon || first is null)
        {
            return first;
        }
        limit = earliest;
        return Array.Exists(_sources, s => s.IsTight) ? first : null;
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
}
