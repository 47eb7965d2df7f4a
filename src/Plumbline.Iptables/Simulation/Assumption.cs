namespace Plumbline.Iptables.Simulation;

/// <summary>What a course takes for granted because the rules do not tell.</summary>
/// <param name="Text">On what it depends: a match's text, a set, a chain that was not shown, a program.</param>
/// <param name="Answer">What is assumed: <c>holds</c>, <c>does not hold</c>, <c>accepts</c>, <c>drops</c>, <c>goes on</c>.</param>
public sealed record Assumption(string Text, string Answer);
