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
        IsClockDoubtful = report.Doubts.Any(d => d.From == leg.From && d.To == leg.To || d.From == leg.To && d.To == leg.From),
    };
}
