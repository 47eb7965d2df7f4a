namespace Plumbline.Diagnosis.Observing;

/// <summary>A probe's answer beside what was predicted, and where its packets were counted.</summary>
public sealed record ProbeObservation
{
    /// <summary>What came of it.</summary>
    public required ProbeAnswer Answer { get; init; }

    /// <summary>The hops of its predicted way.</summary>
    public required IReadOnlyList<HopObservation> Hops { get; init; }

    /// <summary>Prediction and observation agree; null where the prediction is unknown or nothing could be sent.</summary>
    public bool? Agrees { get; init; }

    /// <summary>The last hop whose counters all rose before the first whose did not; null where none did, or all.</summary>
    public HopObservation? LastCounted { get; init; }

    /// <summary>The first hop with a counter that did not rise; null where all did.</summary>
    public HopObservation? FirstSilent { get; init; }

    /// <summary>Dropping rules and flows and ports' drops on its way that rose meanwhile, those on predicted hops first.</summary>
    public IReadOnlyList<NodeRise> Drops { get; init; } = [];

    /// <summary>All of this in one sentence.</summary>
    public required string Words { get; init; }
}
