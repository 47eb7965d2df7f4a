using Plumbline.Primitives;

namespace Plumbline.Iptables;

/// <summary><c>-j MASQUERADE</c>: SNAT to the address of the device that the packet leaves by.</summary>
public sealed record MasqueradeTarget : Target
{
    /// <summary>--to-ports; null for none.</summary>
    public PortRange? Ports { get; init; }

    /// <summary>--random.</summary>
    public bool IsRandom { get; init; }

    /// <summary>--random-fully.</summary>
    public bool IsFullyRandom { get; init; }
}
