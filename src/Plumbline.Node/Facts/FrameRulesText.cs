namespace Plumbline.Node.Facts;

/// <summary>Rules about frames of one namespace, as a tool printed them.</summary>
/// <param name="Tool"><c>ebtables</c>, <c>arptables</c>, or <c>nft</c>: tables that are none of iptables'.</param>
/// <param name="Text">Of <c>-save</c>, <c>-L</c>, or <c>nft list ruleset</c>.</param>
public sealed record FrameRulesText(string Tool, string Text);
