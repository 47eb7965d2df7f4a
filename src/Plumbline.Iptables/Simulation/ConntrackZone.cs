namespace Plumbline.Iptables.Simulation;

/// <summary>
/// The zone that a packet's rules gave it, for each direction (<c>-j CT --zone-orig</c>, <c>--zone-reply</c>): a connection is found by its
/// original direction in <paramref name="Original"/>, and by its replies' in <paramref name="Reply"/>.
/// </summary>
/// <param name="Original">0: the default zone.</param>
/// <param name="Reply">Likewise.</param>
public readonly record struct ConntrackZone(int Original, int Reply);
