namespace Plumbline.Iptables;

/// <summary>Something in a text that could not be taken as it stands.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in characters.</param>
/// <param name="What">What is wrong, in one sentence with the word in question.</param>
/// <param name="Fix">What to do about it; null where nothing is known to help.</param>
public sealed record ParseError(int Line, int Column, string What, string? Fix = null);
