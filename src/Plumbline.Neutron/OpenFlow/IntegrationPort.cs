using Plumbline.Primitives;

namespace Plumbline.Neutron.OpenFlow;

/// <summary>An instance's port on br-int, whose sender addresses the agent checks.</summary>
public sealed record IntegrationPort
{
    /// <summary>Its OpenFlow port number.</summary>
    public required int OfPort { get; init; }

    /// <summary>MACs that it may use: its own first, then those of allowed address pairs.</summary>
    public required IReadOnlyList<MacAddress> Macs { get; init; }

    /// <summary>IPv4 and IPv6 addresses, or prefixes of pairs, that it may use.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];
}
