namespace Plumbline.Iptables.Symbolic;

/// <summary>Whether a packet of a kind was found.</summary>
/// <param name="Packet">It; null: none, which is proved where <paramref name="Unproved"/> is null.</param>
/// <param name="Unproved">What was not proved, and what was tried in its place.</param>
public sealed record ReachFinding(SymbolicPacket? Packet, string? Unproved);
