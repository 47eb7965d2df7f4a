namespace Plumbline.OpenFlow.Simulation;

/// <summary>A <c>ct(commit)</c> put the packet's connection into the connection tracker.</summary>
/// <param name="Bridge">On which bridge.</param>
/// <param name="Zone">Into which zone.</param>
/// <param name="Packet">As it went in, with the mark and label that the action wrote.</param>
public sealed record CommittedConnection(string Bridge, int Zone, FlowKey Packet);
