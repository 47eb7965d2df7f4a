namespace Plumbline.Node.Facts;

/// <summary>
/// What a node has and a snapshot leaves out, because it was read for one question: other VMs' ports and devices. They exist: who looks for
/// one of them and finds nothing has asked too much of this snapshot, and has to read the whole node.
/// </summary>
public sealed record OmittedFacts
{
    /// <summary>Ports of Open vSwitch: access ports with one interface of the kernel's.</summary>
    public required IReadOnlyList<OmittedPort> Ports { get; init; }

    /// <summary>Names of devices of the node's own namespace; those of <see cref="Ports"/> are among them where they exist.</summary>
    public required IReadOnlySet<string> Devices { get; init; }

    /// <summary>The devices' numbers.</summary>
    public required IReadOnlySet<int> Indexes { get; init; }
}
