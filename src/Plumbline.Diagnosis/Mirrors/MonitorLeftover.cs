using Plumbline.Node;

namespace Plumbline.Diagnosis.Mirrors;

/// <summary>A monitor port or device that no mirror uses: what a capture left when it was killed.</summary>
public sealed record MonitorLeftover
{
    /// <summary>The port's or device's name.</summary>
    public required string Name { get; init; }

    /// <summary>The OVS bridge that it is a port of; null for a mere device.</summary>
    public string? Bridge { get; init; }

    /// <summary>The Port row; null for a mere device, or where not told.</summary>
    public Guid? PortUuid { get; init; }

    /// <summary>The namespace of the device, empty for the node's own; null where there is no device.</summary>
    public string? Namespace { get; init; }

    /// <summary>The device's ifindex in <see cref="Namespace"/>.</summary>
    public int? IfIndex { get; init; }

    /// <summary>Whose it is.</summary>
    public required MirrorOwner Owner { get; init; }

    /// <summary>Our mark; null where it is not ours.</summary>
    public OwnershipMark? Mark { get; init; }

    /// <summary>It is ours and nobody looks after it any more; false also means "a capture may be starting or ending just now".</summary>
    public bool IsDead { get; init; }

    /// <summary>What it is and whose, in words.</summary>
    public required string Text { get; init; }
}
