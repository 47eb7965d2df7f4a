namespace Plumbline.Integration.Tests.Timing;

/// <summary>What a <see cref="FrameHolder"/> does to the frames that it is asked about; as it stands: lets them go on at once.</summary>
internal sealed record HoldPlan
{
    /// <summary>How long each is held.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Up to so much more, evenly spread.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>How many of a thousand are thrown away.</summary>
    public int LostOfThousand { get; init; }

    /// <summary>How many of a thousand are held for twice as long and 4 ms more, so that others overtake them.</summary>
    public int LateOfThousand { get; init; }

    /// <summary>How many of a thousand go on twice.</summary>
    public int TwiceOfThousand { get; init; }

    /// <summary>Packets bear no numbers of their own: the books number them as they come.</summary>
    public bool ByArrival { get; init; }

    /// <summary>Only what comes from the holder's first side, not what goes the other way (as ICMP errors do, which quote the mark).</summary>
    public bool OneWay { get; init; }

    public int Seed { get; init; } = 1;
}
