using Plumbline.Primitives;

namespace Plumbline.Iptables.Symbolic;

/// <summary>Which packets are asked about; null: all.</summary>
public sealed record ReachQuery
{
    /// <summary>Every packet that can begin something.</summary>
    public static ReachQuery Everything { get; } = new();

    /// <summary>Any of these; empty: any address.</summary>
    public IReadOnlyList<MaskedAddress> Sources { get; init; } = [];

    /// <summary>Any of these; empty: any address.</summary>
    public IReadOnlyList<MaskedAddress> Destinations { get; init; } = [];

    /// <summary>IANA number.</summary>
    public byte? Protocol { get; init; }

    /// <summary>Destination ports.</summary>
    public PortRange? Ports { get; init; }

    /// <summary>Addresses that an example should have, if it can.</summary>
    public IReadOnlyList<UInt128> LikelySources { get; init; } = [];

    /// <inheritdoc cref="LikelySources"/>
    public IReadOnlyList<UInt128> LikelyDestinations { get; init; } = [];

    /// <summary>The port's own MAC, where the question is what it may send; null: the question is what comes to it.</summary>
    public MacAddress? OwnSource { get; init; }

    /// <summary>Not these sources.</summary>
    public IReadOnlyList<MaskedAddress> ExceptSources { get; init; } = [];

    /// <summary>Ways that the packets must have passed before, each with a connection of its own (another port's egress).</summary>
    public IReadOnlyList<Simulation.PacketPath> Before { get; init; } = [];
}
