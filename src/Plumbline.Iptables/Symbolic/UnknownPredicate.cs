namespace Plumbline.Iptables.Symbolic;

/// <summary>A question that the rules alone do not answer. It is a free bit: what holds for both its values holds anyway.</summary>
/// <param name="Key">Equal keys have equal answers for one packet.</param>
/// <param name="Text">What it depends on, for people.</param>
public sealed record UnknownPredicate(string Key, string Text);
