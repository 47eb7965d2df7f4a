namespace Plumbline.Diagnosis.Explaining;

/// <summary>Chains that belong together, in reading order.</summary>
/// <param name="Kind">Which part of the way.</param>
/// <param name="Chains">In the order in which a packet meets them.</param>
public sealed record ExplanationSection(SectionKind Kind, IReadOnlyList<ChainExplanation> Chains);
