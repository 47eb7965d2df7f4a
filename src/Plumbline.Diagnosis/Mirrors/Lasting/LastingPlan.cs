namespace Plumbline.Diagnosis.Mirrors.Lasting;

/// <summary>A lasting mirror, ready to be made.</summary>
/// <param name="Mirror">It.</param>
/// <param name="Notes">What one must know to understand the copies, and what they may cost; each a sentence.</param>
public sealed record LastingPlan(LastingMirror Mirror, IReadOnlyList<string> Notes);
