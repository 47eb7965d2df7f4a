using System.Net;

namespace Plumbline.Operations.Labs;

/// <summary>A network of the lab's cloud.</summary>
public sealed record LabNetwork
{
    /// <summary>Its name in Neutron.</summary>
    public required string Name { get; init; }

    /// <summary>Its UUID.</summary>
    public required string Id { get; init; }

    /// <summary>The tunnel key; 0: the network outside, which has none.</summary>
    public required int SegmentationId { get; init; }

    /// <summary>Its VLAN on each node's br-int: the same on all of a lab.</summary>
    public required int LocalVlan { get; init; }

    /// <summary>Its IPv4 subnet, 24 bits.</summary>
    public required IPNetwork Subnet { get; init; }

    /// <summary>The prefix of its IPv6 addresses, 64 bits; they are there where the lab has IPv6.</summary>
    public IPAddress? IPv6Prefix { get; init; }

    /// <summary>The physical network of a network outside; null for a tunnelled one.</summary>
    public string? PhysicalNetwork { get; init; }

    /// <summary>Its MTU in bytes.</summary>
    public required int Mtu { get; init; }

    /// <summary>Its host of that number.</summary>
    internal IPAddress AddressOf(int host)
    {
        var octets = Subnet.BaseAddress.GetAddressBytes();
        octets[3] = (byte)host;
        return new(octets);
    }
}
