namespace Plumbline.Diagnosis.Timings;

/// <summary>What a comparison says of a leg; several may hold.</summary>
[Flags]
public enum LegVerdict
{
    /// <summary>No change that is both certain and large enough to matter.</summary>
    Unchanged = 0,

    /// <summary>Packets take longer.</summary>
    Slower = 1,

    /// <summary>Packets take less time.</summary>
    Faster = 2,

    /// <summary>The slowest packets take longer: spikes.</summary>
    WorseTail = 4,

    /// <summary>The slowest packets take less time.</summary>
    BetterTail = 8,

    /// <summary>More are lost.</summary>
    MoreLoss = 16,

    /// <summary>Fewer are lost.</summary>
    LessLoss = 32,

    /// <summary>Too few packets in a run.</summary>
    TooFew = 64,

    /// <summary>The clocks of the two hops disagree in a run.</summary>
    ClockDoubtful = 128,

    /// <summary>Only one of the runs has this leg.</summary>
    OnlyOnce = 256,

    /// <summary>
    /// The processors were so busy in a run that a change of this size is not told from their queues: what else would be slower, faster, more
    /// or fewer spikes.
    /// </summary>
    BusyProcessor = 512,

    /// <summary>The hops are two machines': a clock that moved between the runs looks as a delay that did.</summary>
    ClocksApart = 1024,

    /// <summary>Too many packets were missed or not told apart in a run: the delays of the others need not be theirs.</summary>
    Sampled = 2048,

    /// <summary>The loss changed, but so many packets as make the change may have been lost by the capture itself.</summary>
    LossDoubtful = 4096,

    /// <summary>All that forbid a conclusion.</summary>
    Inconclusive = TooFew | ClockDoubtful | OnlyOnce | BusyProcessor | ClocksApart | Sampled | LossDoubtful,
}
