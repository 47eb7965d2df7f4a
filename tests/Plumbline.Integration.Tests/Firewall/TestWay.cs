using Plumbline.Iptables.Simulation;

namespace Plumbline.Integration.Tests.Firewall;

/// <summary>A way through the node.</summary>
/// <param name="Kind">Which kind.</param>
/// <param name="From">The tap it is sent into; empty for the node's own.</param>
/// <param name="To">The tap or device it comes out of; empty for the node itself.</param>
/// <param name="Path">As the simulator is told.</param>
internal sealed record TestWay(TestWayKind Kind, string From, string To, PacketPath Path)
{
    /// <summary>The bridge or device whose MAC a frame must bear to be taken; null: any.</summary>
    public string? AddressedTo { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {From}->{To}";
}

internal enum TestWayKind
{
    Bridged,
    ToHost,
    FromHost,
    Routed,
}
