using Plumbline.Primitives;

namespace Plumbline.Iptables;

/// <summary>The ports of a transport protocol. Never matches a later fragment.</summary>
public abstract record TransportMatch : Match
{
    private protected TransportMatch()
    {
    }

    /// <summary>--sport.</summary>
    public Condition<PortRange>? SourcePorts { get; init; }

    /// <summary>--dport.</summary>
    public Condition<PortRange>? DestinationPorts { get; init; }
}
