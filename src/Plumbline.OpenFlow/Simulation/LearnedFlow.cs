namespace Plumbline.OpenFlow.Simulation;

/// <summary>A flow that a <c>learn</c> action would make of the packet.</summary>
/// <param name="Bridge">On which bridge.</param>
/// <param name="Text">As <c>ovs-ofctl add-flow</c> takes it.</param>
public sealed record LearnedFlow(string Bridge, string Text);
