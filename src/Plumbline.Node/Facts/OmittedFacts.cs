namespace Plumbline.Node.Facts;

/// <summary>
/// What a node has and a snapshot leaves out, because it was read for one question about IPv4 packets: other VMs' ports and devices, IPv6
/// addresses and routes. They exist: who looks for one of them and finds nothing has asked too much of this snapshot, and has to read the
/// whole node.
/// </summary>
public sealed record OmittedFacts
{
    /// <summary>Ports of Open vSwitch: other VMs' access ports. Their flows (those that match their in_port) are left out too.</summary>
    public required IReadOnlyList<OmittedPort> Ports { get; init; }

    /// <summary>
    /// Names that no device of the node's own namespace has: these were asked for. A name that is neither here nor among the links was not.
    /// </summary>
    public required IReadOnlySet<string> Absent { get; init; }

    /// <summary>The switches' flows of ARP spoofing protection tell the VMs' addresses; those of <see cref="Ports"/> are not among the flows here.</summary>
    public required bool FlowsTellAddresses { get; init; }
}
