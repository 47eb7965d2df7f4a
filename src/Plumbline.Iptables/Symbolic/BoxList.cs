namespace Plumbline.Iptables.Symbolic;

/// <summary>A set of packets as boxes.</summary>
/// <param name="Boxes">Together they are the set, where <paramref name="IsComplete"/>.</param>
/// <param name="IsComplete">False: there are more than was asked for.</param>
public sealed record BoxList(IReadOnlyList<PacketBox> Boxes, bool IsComplete);
