namespace Plumbline.Iptables;

/// <summary>What a rule or policy has seen.</summary>
/// <param name="Packets">Packets.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="IsRounded">Abbreviated by <c>-L -v</c> (348K): true to three or four digits only; K, M, G … are powers of 1000.</param>
public readonly record struct Counters(ulong Packets, ulong Bytes, bool IsRounded = false);
