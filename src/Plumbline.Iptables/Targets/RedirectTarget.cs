using Plumbline.Primitives;

namespace Plumbline.Iptables;

/// <summary><c>-j REDIRECT</c>: DNAT to the node itself.</summary>
public sealed record RedirectTarget : Target
{
    /// <summary>--to-ports; null: the port stays.</summary>
    public PortRange? Ports { get; init; }

    /// <summary>--random.</summary>
    public bool IsRandom { get; init; }
}
