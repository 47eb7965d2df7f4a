namespace Plumbline.Iptables.Simulation;

/// <summary>A rule's question to a set.</summary>
/// <param name="Set">The set.</param>
/// <param name="Directions">A side for each dimension.</param>
/// <param name="ReturnNomatch">--return-nomatch.</param>
/// <param name="Unknown">Number of the unknown that it is where the set is not wholly understood.</param>
internal sealed record SetTest(CompiledSet Set, SetDirection[] Directions, bool ReturnNomatch, int Unknown);
