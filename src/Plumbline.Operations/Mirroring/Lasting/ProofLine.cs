namespace Plumbline.Operations.Mirroring.Lasting;

/// <summary>One thing that was asked or tried of a mirror.</summary>
/// <param name="What"><c>output</c>, a port's name, <c>probe</c>, <c>counters</c>.</param>
/// <param name="IsGood">It is as it should be; null: nothing follows from it.</param>
/// <param name="Text">In words.</param>
public sealed record ProofLine(string What, bool? IsGood, string Text);
