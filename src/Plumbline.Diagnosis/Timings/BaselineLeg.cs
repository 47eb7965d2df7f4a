using Plumbline.Packets.Timing;

namespace Plumbline.Diagnosis.Timings;

/// <summary>What happened between two hops, as far as two runs are compared.</summary>
public sealed record BaselineLeg
{
    /// <summary>Name of the hop where packets left.</summary>
    public required string From { get; init; }

    /// <summary>Name of the hop where they arrived.</summary>
    public required string To { get; init; }

    /// <summary>Delays.</summary>
    public required DelayHistogram Histogram { get; init; }

    /// <summary>As <see cref="DelayStatistics.EffectiveSamples"/>.</summary>
    public required double EffectiveSamples { get; init; }

    /// <summary>As <see cref="DelayStatistics.EffectiveTail"/>; of a run that does not tell it, <see cref="EffectiveSamples"/>.</summary>
    public required double EffectiveTail { get; init; }

    /// <summary>As <see cref="LegReport.EffectiveDecided"/>; of a run that does not tell it, <see cref="Decided"/>.</summary>
    public required double EffectiveDecided { get; init; }

    /// <summary>Packets of which it is known whether they arrived.</summary>
    public required long Decided { get; init; }

    /// <summary>Of these, lost.</summary>
    public required long Lost { get; init; }

    /// <summary>Arrived out of order.</summary>
    public required long Reordered { get; init; }

    /// <summary>The two hops' clocks disagree.</summary>
    public bool IsClockDoubtful { get; init; }

    /// <summary>… or one of them was set, or drifted, while the run went on.</summary>
    public bool IsClockMoved { get; init; }

    /// <summary>As <see cref="ClockDoubt.RoundTrip"/> of the two hops.</summary>
    public long? RoundTrip { get; init; }

    /// <summary>As <see cref="LegReport.SharesClock"/>; of a run that does not tell it, true.</summary>
    public bool SharesClock { get; init; } = true;

    /// <summary>The median in nanoseconds, below 0 where the clocks are so; null without delays.</summary>
    public long? Median { get; init; }

    /// <summary>Packets that arrived and whose delay is not known: not told apart from others, or missed by the capture.</summary>
    public long Unclear { get; init; }

    /// <summary>As <see cref="LegReport.CaptureDropped"/>; 0 where that is not told.</summary>
    public long CaptureDropped { get; init; }

    /// <summary>Of a reading's leg.</summary>
    public static BaselineLeg Of(LatencyReport report, LegReport leg) => new()
    {
        From = report.Hops[leg.From].Name,
        To = report.Hops[leg.To].Name,
        Histogram = leg.Delay?.Histogram ?? new(),
        EffectiveSamples = leg.Delay?.EffectiveSamples ?? 0,
        EffectiveTail = leg.Delay?.EffectiveTail ?? leg.Delay?.EffectiveSamples ?? 0,
        EffectiveDecided = leg.EffectiveDecided,
        Decided = leg.Left - leg.Undecided,
        Lost = leg.Lost,
        Reordered = leg.Reordered,
        IsClockDoubtful = report.Doubts.Any(d => IsOf(d, leg)),
        IsClockMoved = report.Doubts.Any(d => IsOf(d, leg) && d.Moved is not null),
        RoundTrip = report.Doubts.FirstOrDefault(d => IsOf(d, leg))?.RoundTrip,
        SharesClock = leg.SharesClock,
        Median = leg.Delay?.P50,
        Unclear = leg.Ambiguous + leg.Unseen,
        CaptureDropped = (long)(leg.CaptureDropped ?? 0),
    };

    private static bool IsOf(ClockDoubt doubt, LegReport leg) =>
        doubt.From == leg.From && doubt.To == leg.To || doubt.From == leg.To && doubt.To == leg.From;
}
