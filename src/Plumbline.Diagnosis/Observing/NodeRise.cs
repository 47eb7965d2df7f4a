using Plumbline.Diagnosis.Timings;

namespace Plumbline.Diagnosis.Observing;

/// <summary>A counter that rose on a node.</summary>
/// <param name="Node">The node.</param>
/// <param name="Rise">The counter.</param>
public sealed record NodeRise(string Node, CounterRise Rise);
