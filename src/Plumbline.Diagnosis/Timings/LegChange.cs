namespace Plumbline.Diagnosis.Timings;

/// <summary>One leg in two runs.</summary>
public sealed record LegChange
{
    /// <summary>Name of the hop where packets left.</summary>
    public required string From { get; init; }

    /// <summary>Name of the hop where they arrived.</summary>
    public required string To { get; init; }

    /// <summary>What the comparison says.</summary>
    public required LegVerdict Verdict { get; init; }

    /// <summary>Medians of both runs in nanoseconds; null where there are no delays.</summary>
    public (long Before, long After)? P50 { get; init; }

    /// <summary>99th percentiles.</summary>
    public (long Before, long After)? P99 { get; init; }

    /// <summary>Parts lost, 0 to 1.</summary>
    public (double Before, double After)? Loss { get; init; }

    /// <summary>
    /// Where clocks forbid a conclusion: medians of both directions together, in nanoseconds, which are true whatever the clocks say; null where
    /// a run did not see both, or a clock moved while it went on.
    /// </summary>
    public (long Before, long After)? RoundTrip { get; init; }

    /// <summary>Something forbids a conclusion about this leg's delay or loss.</summary>
    public bool IsInconclusive => (Verdict & LegVerdict.Inconclusive) != 0;

    /// <summary>How probable it is that a packet of the later run took longer than one of the earlier: 0.5 is no change.</summary>
    public double? Probability { get; init; }

    /// <summary>Of the Mann–Whitney test, two-sided, for the number of independent samples.</summary>
    public double? DelayP { get; init; }

    /// <summary>The leg bears a tenth or more of all that changed.</summary>
    public bool IsBlamed { get; init; }
}
