using Plumbline.Primitives;

namespace Plumbline.Node.Topologies;

/// <summary>One thing that exists.</summary>
public sealed record Element
{
    /// <summary>
    /// Unique and stable: <c>instance:NAME</c>, <c>link:NAMESPACE/NAME</c>, <c>ovs-bridge:NAME</c>, <c>ovs-port:BRIDGE/NAME</c>,
    /// <c>remote:ADDRESS</c>. A device that is both a kernel link and an OVS port is one element, with the link's id.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>What it is.</summary>
    public required ElementKind Kind { get; init; }

    /// <summary>The device's, bridge's or instance's name.</summary>
    public required string Name { get; init; }

    /// <summary>The namespace's name; empty for the node's own; null where the thing lives in none (instance, patch port, remote).</summary>
    public string? Namespace { get; init; }

    /// <summary>
    /// What the kernel (IFLA_INFO_KIND: veth, tun, bridge …) or OVS (internal, patch, vxlan …) calls it, the kernel's word first; null for
    /// hardware and where not told.
    /// </summary>
    public string? DeviceType { get; init; }

    /// <summary>The OVS bridge that it is a port of.</summary>
    public string? OvsBridge { get; init; }

    /// <summary>Up, down, or not known.</summary>
    public ElementState State { get; init; }

    /// <summary>Its Ethernet address.</summary>
    public MacAddress? Address { get; init; }

    /// <summary>Its IP addresses with prefix length, e.g. <c>172.16.0.1/24</c>.</summary>
    public IReadOnlyList<string> IPAddresses { get; init; } = [];

    /// <summary>Bytes.</summary>
    public int? Mtu { get; init; }

    /// <summary>The OVS port's tag.</summary>
    public int? Vlan { get; init; }

    /// <summary>The OVS port's trunks; empty where it carries all VLANs or has a tag.</summary>
    public IReadOnlyList<int> Trunks { get; init; } = [];

    /// <summary>OpenFlow port number.</summary>
    public int? OfPort { get; init; }

    /// <summary>The kernel link behind it: namespace name and ifindex.</summary>
    public int? IfIndex { get; init; }

    /// <summary>Of a tunnel: the two ends.</summary>
    public TunnelEnds? Tunnel { get; init; }

    /// <summary>The Neutron port's UUID, whole or as far as the device name tells it.</summary>
    public string? NeutronPort { get; init; }

    /// <summary>Of a mirror's output port, or of one of our devices: whose it is, in words.</summary>
    public string? Note { get; init; }

    /// <summary>What is wrong with it as the facts themselves say (OVS error, no carrier, dead VLAN …), each in a few words.</summary>
    public IReadOnlyList<Trouble> Troubles { get; init; } = [];
}
