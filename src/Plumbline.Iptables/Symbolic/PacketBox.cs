using Plumbline.Primitives;

namespace Plumbline.Iptables.Symbolic;

/// <summary>
/// A class of packets that people can read: each field by itself is in its list. Null: the field can be anything. Boxes of one answer do
/// not overlap.
/// </summary>
public sealed record PacketBox
{
    /// <summary>IANA numbers.</summary>
    public ValueList<NumberRange>? Protocols { get; init; }

    /// <summary>Of protocols that have ports.</summary>
    public ValueList<NumberRange>? DestinationPorts { get; init; }

    /// <inheritdoc cref="DestinationPorts"/>
    public ValueList<NumberRange>? SourcePorts { get; init; }

    /// <summary>Of ICMP or ICMPv6.</summary>
    public ValueList<NumberRange>? IcmpTypes { get; init; }

    /// <inheritdoc cref="IcmpTypes"/>
    public ValueList<NumberRange>? IcmpCodes { get; init; }

    /// <summary>Sorted, and apart.</summary>
    public ValueList<AddressRange>? Destinations { get; init; }

    /// <inheritdoc cref="Destinations"/>
    public ValueList<AddressRange>? Sources { get; init; }

    /// <summary>First and last of each range, sorted.</summary>
    public ValueList<(MacAddress First, MacAddress Last)>? SourceMacs { get; init; }
}
