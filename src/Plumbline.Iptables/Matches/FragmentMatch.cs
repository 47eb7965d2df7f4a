namespace Plumbline.Iptables;

/// <summary><c>-f</c>: second and later fragments (IPv4 only).</summary>
public sealed record FragmentMatch : Match;
