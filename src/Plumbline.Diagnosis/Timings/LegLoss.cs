namespace Plumbline.Diagnosis.Timings;

/// <summary>Packets that end between two hops, and what counted drops there meanwhile.</summary>
/// <param name="From">Index of the last hop that saw them.</param>
/// <param name="To">Index of the hop that did not.</param>
/// <param name="Lost">How many, all flows together.</param>
/// <param name="Causes">
/// Rules, flows and ports between the two whose drop counters rose, the one with the nearest number first; packets of others may be among
/// what they counted. Empty: nothing that counts drops there.
/// </param>
public sealed record LegLoss(int From, int To, long Lost, IReadOnlyList<CounterRise> Causes);
