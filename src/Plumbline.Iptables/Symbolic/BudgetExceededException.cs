namespace Plumbline.Iptables.Symbolic;

/// <summary>A question outgrew its <see cref="AnalysisBudget"/>. What was computed before stays valid.</summary>
/// <param name="message">Which bound it met.</param>
public sealed class BudgetExceededException(string message) : Exception(message);
