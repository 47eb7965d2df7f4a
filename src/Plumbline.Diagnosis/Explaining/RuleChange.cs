namespace Plumbline.Diagnosis.Explaining;

/// <summary>A rule that one state has and the one before it had not, or the other way round.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Line">The line on which the chain is shown again.</param>
/// <param name="Rule">The rule; numbered in the state that has it.</param>
/// <param name="IsAdded">It came; else it went.</param>
public sealed record RuleChange(string Chain, int Line, RuleExplanation Rule, bool IsAdded);
