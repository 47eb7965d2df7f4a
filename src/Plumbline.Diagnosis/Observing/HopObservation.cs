using Plumbline.Diagnosis.Timings;
using Plumbline.Diagnosis.Tracing;

namespace Plumbline.Diagnosis.Observing;

/// <summary>A hop of a predicted way, and which of its counters rose.</summary>
/// <param name="Phase">On which leg.</param>
/// <param name="Hop">The hop; of a rule of a router that ends it, a hop of its own.</param>
/// <param name="Rises">The counters that rose, in the hop's order.</param>
/// <param name="Silent">The counters that did not, though the packet should have raised them.</param>
public sealed record HopObservation(
    TracePhase Phase, Hop Hop, IReadOnlyList<CounterRise> Rises, IReadOnlyList<HopCounter> Silent)
{
    /// <summary>It keeps counters.</summary>
    public bool IsCounted => Rises.Count + Silent.Count > 0;

    /// <summary>All of its counters rose.</summary>
    public bool IsPassed => Rises.Count > 0 && Silent.Count == 0;
}
