namespace Plumbline.Diagnosis.Observing;

/// <summary>What the nodes' counters and the probes told about a trace's way. The verdict stays the predicted one.</summary>
public sealed record TraceObservation
{
    /// <summary>Between the two readings of the counters.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>All probes agree with what was predicted of them; null where none could tell.</summary>
    public bool? Agrees { get; init; }

    /// <summary>The hops of the question's own way, counted with whatever packets went there meanwhile.</summary>
    public required IReadOnlyList<HopObservation> Hops { get; init; }

    /// <summary>The probes; empty where none was safe.</summary>
    public IReadOnlyList<ProbeObservation> Probes { get; init; } = [];

    /// <summary>Why no probe was sent; null where one was.</summary>
    public string? WhyNoProbe { get; init; }

    /// <summary>Dropping rules and flows and ports' drops on the question's way that rose meanwhile.</summary>
    public IReadOnlyList<NodeRise> Drops { get; init; } = [];
}
