using Plumbline.OpenFlow.Flows;

namespace Plumbline.OpenFlow.Simulation;

/// <summary>A packet reached the connection tracker and comes back from it.</summary>
/// <param name="Bridge">On which bridge.</param>
/// <param name="Zone">In which zone.</param>
/// <param name="Packet">As it is; the answer may be derived from a copy.</param>
/// <param name="Parameters">The action.</param>
public sealed record ConntrackQuestion(string Bridge, int Zone, FlowKey Packet, CtParameters Parameters);
