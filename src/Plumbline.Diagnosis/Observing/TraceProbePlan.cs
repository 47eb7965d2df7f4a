namespace Plumbline.Diagnosis.Observing;

/// <summary>What may be sent beside a trace.</summary>
/// <param name="Probes">At most one to each end.</param>
/// <param name="WhyNone">Why there is none; null where there is one.</param>
public sealed record TraceProbePlan(IReadOnlyList<TraceProbe> Probes, string? WhyNone);
