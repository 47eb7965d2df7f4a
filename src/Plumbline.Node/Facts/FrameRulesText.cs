namespace Plumbline.Node.Facts;

/// <summary>Rules about frames of one namespace, as a tool printed them.</summary>
/// <param name="Tool"><c>ebtables</c> or <c>arptables</c>.</param>
/// <param name="Text">Of <c>-save</c> or <c>-L</c>.</param>
public sealed record FrameRulesText(string Tool, string Text);
