namespace Plumbline.Packets.Timing;

/// <summary>A flow of which nothing goes further, where flows of the same sender do.</summary>
/// <param name="Flow">The flow, where it was seen last.</param>
/// <param name="LastHop">Index of the last hop that saw it.</param>
/// <param name="NextHop">Index of the hop that the others are seen at next.</param>
/// <param name="Packets">Its packets at the last hop.</param>
/// <param name="IsCertain">The way was given: it had to go on. Otherwise it may have been meant to end there.</param>
public sealed record VanishedFlow(FlowTuple Flow, int LastHop, int NextHop, long Packets, bool IsCertain);
