using Plumbline.Diagnosis.Mirrors.Lasting;

namespace Plumbline.Operations.Mirroring.Lasting;

/// <summary>A lasting mirror that was added.</summary>
/// <param name="Mirror">It.</param>
/// <param name="Waits">What it waits for, in words; null where it copies.</param>
/// <param name="Proof">What OVS said to the question whether it copies.</param>
/// <param name="Device">The kind of a device that was made: dummy, veth, internal; null where none was.</param>
public sealed record LastingAdded(LastingMirror Mirror, string? Waits, IReadOnlyList<ProofLine> Proof, string? Device);
