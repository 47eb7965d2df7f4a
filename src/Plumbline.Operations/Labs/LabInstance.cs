using System.Net;
using Plumbline.Primitives;

namespace Plumbline.Operations.Labs;

/// <summary>One VM of the lab: a namespace with an eth0, behind a tap as QEMU holds it.</summary>
public sealed record LabInstance
{
    /// <summary>Its name as nova would show it.</summary>
    public required string Name { get; init; }

    /// <summary>libvirt's name.</summary>
    public required string DomainName { get; init; }

    /// <summary>The instance's UUID.</summary>
    public required string Id { get; init; }

    /// <summary>The node it runs on.</summary>
    public required string Node { get; init; }

    /// <summary>Its port's UUID.</summary>
    public required string PortId { get; init; }

    /// <summary>The guest's MAC.</summary>
    public required MacAddress Mac { get; init; }

    /// <summary>The address that DHCP gives it.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Its address where the network has IPv6; else null.</summary>
    public IPAddress? IPv6Address { get; init; }

    /// <summary>The network that it is in.</summary>
    public required LabNetwork Network { get; init; }

    /// <summary>Its tap on the node.</summary>
    public required string Tap { get; init; }

    /// <summary>The guest's own network namespace: not one of the node's.</summary>
    public required string NamespaceFile { get; init; }

    /// <summary>Where its DHCP client notes the lease.</summary>
    public required string LeaseFile { get; init; }

    /// <summary>The tap's MAC: libvirt takes the guest's with first byte fe, so that it never wins as a bridge's own.</summary>
    internal MacAddress TapMac => new(Mac.Value & 0x00FF_FFFF_FFFF | 0xFE00_0000_0000);
}
