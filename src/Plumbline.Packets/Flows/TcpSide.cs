namespace Plumbline.Packets.Flows;

/// <summary>What must be remembered of one TCP direction.</summary>
internal struct TcpSide
{
    public long Data;
    public TcpHoles? Holes;
    public long LastAt;
    public long StuckSince;
    public long StuckUntil;
    public long TimedAt;
    public long RttSum;
    public long RttLeast;
    public long RttGreatest;
    public uint RttSamples;
    public uint NextSequence;
    public uint LastAck;
    public uint TimedEnd;
    public uint LastSequence;
    public uint StuckSequence;
    public uint BigEnd;
    public int StuckTimes;
    public int StuckLength;
    public int BigLength;
    public int LargestAcknowledged;
    public uint Retransmissions;
    public uint Reordered;
    public uint Duplicates;
    public uint Gaps;
    public uint DuplicateAcks;
    public uint ZeroWindows;
    public uint Resets;
    public uint Syns;
    public ushort LastWindow;
    public ushort LastIdentification;

    /// <summary>IPv4's identification of the segment that was sent last, of those that came.</summary>
    public ushort NewestIdentification;

    /// <summary>Segments in a row whose identification was a little above the one before: the sender counts.</summary>
    public byte Counted;
    public bool HasSequence;
    public bool HasAck;
    public bool IsTiming;
    public bool HasFin;

    public void AddRoundTrip(long nanoseconds)
    {
        RttLeast = RttSamples == 0 ? nanoseconds : Math.Min(RttLeast, nanoseconds);
        RttGreatest = Math.Max(RttGreatest, nanoseconds);
        RttSum += nanoseconds;
        RttSamples++;
    }

    public readonly RoundTrip? RoundTrip => RttSamples == 0 ? null : new(
        RttSamples, TimeSpan.FromTicks(RttLeast / 100), TimeSpan.FromTicks(RttSum / RttSamples / 100), TimeSpan.FromTicks(RttGreatest / 100));
}
