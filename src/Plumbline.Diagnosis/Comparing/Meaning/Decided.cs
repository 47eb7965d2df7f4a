namespace Plumbline.Diagnosis.Comparing.Meaning;

/// <summary>Packets and the rule that decided about them.</summary>
/// <param name="Packets">The packets.</param>
/// <param name="Chain">The chain of that rule.</param>
/// <param name="Number">Its number, from 1; 0: the chain's policy.</param>
internal readonly record struct Decided(PacketBox Packets, string Chain, int Number);
