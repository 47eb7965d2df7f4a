namespace Plumbline.Iptables;

/// <summary>One word of a rule.</summary>
/// <param name="Text">Without quotes and escapes.</param>
/// <param name="Start">Where it starts in the text.</param>
/// <param name="End">Where it ends.</param>
/// <param name="IsQuoted">It was, at least in part, in quotes, so it is no option and no <c>!</c>.</param>
internal readonly record struct Word(string Text, int Start, int End, bool IsQuoted = false);
