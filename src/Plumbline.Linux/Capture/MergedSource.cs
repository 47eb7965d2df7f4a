namespace Plumbline.Linux.Capture;

/// <summary>One of the rings that a <see cref="PacketMerger"/> reads.</summary>
internal sealed unsafe class MergedSource(PacketCapture capture, int index)
{
    /// <summary>Longer than a packet waits between its time stamp and its ring.</summary>
    private const long IdleNanoseconds = 5_000_000;

    private const long SlackNanoseconds = 1_000_000;

    private readonly PacketRing _ring = capture.Ring;
    private long _horizon;

    /// <summary>The ring's own.</summary>
    public PacketCapture Capture => capture;

    /// <summary>Its number among the others, from 0.</summary>
    public int Index => index;

    /// <summary>What the kernel handed over and nobody took yet.</summary>
    public WaitingPackets Packets { get; } = new(capture.Ring.BlockCount);

    /// <summary>Nothing more comes into the ring, and all of it is among <see cref="Packets"/>.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Why, where nobody stopped it.</summary>
    public LinuxException? Failure { get; private set; }

    /// <summary>All of it was handed over.</summary>
    public bool HasEnded { get; set; }

    /// <summary>It is about to overflow.</summary>
    public bool IsTight => _ring.Held * 2 >= _ring.BlockCount;

    /// <summary>A packet of it, taken from <see cref="Packets"/>.</summary>
    public PacketBlock Open(nint header) => capture.Open(header);

    /// <summary>Takes in what the kernel handed over; <see cref="PacketCapture.Advance()"/> was called.</summary>
    /// <param name="open">Loses this ring when nothing more comes.</param>
    /// <returns>No packet of this ring that is not among <see cref="Packets"/> yet is older than this.</returns>
    public long LookAhead(List<PacketCapture> open)
    {
        if (IsOver)
        {
            return long.MaxValue;
        }
        GiveBack(); // a block without packets has nobody who would
        // looked at before the blocks are taken in: what comes in between is newer
        var now = PacketCapture.RealTime() - IdleNanoseconds;
        while (_ring.TryHoldNext(Packets))
        {
        }
        if (capture.TryEnd(out var failure))
        {
            IsOver = true;
            Failure = failure;
            open.Remove(capture);
            return long.MaxValue;
        }
        var isIdle = !_ring.IsFilling && !_ring.IsReady && _ring.Held < _ring.BlockCount;
        return _horizon = ClockStep.Later(_horizon, isIdle ? now : Packets.Last - SlackNanoseconds);
    }

    /// <summary>Blocks whose packets were all taken go back to the kernel, in its order.</summary>
    public void GiveBack()
    {
        while (_ring.Held > 0 && Packets.IsDone(_ring.OldestHeld))
        {
            _ring.GiveBackOldest();
        }
    }
}
