using Plumbline.Packets.Pcapng;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Capturing;

/// <summary>One place where packets are read. A closed set.</summary>
public abstract record CapturePoint
{
    private CapturePoint()
    {
    }

    /// <summary>The hop in an operator's words, unique in its plan: <c>test-vm tap</c>, <c>test-vm br-int mirror of qvobee51cf7-fb</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Device, port, MAC and network, for the file.</summary>
    public required string Description { get; init; }

    /// <summary>What a reader must know to understand these packets, each a sentence.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The place on the way, for the file and whoever compares hops; its number is that of the plan, from 1.</summary>
    public HopNote Hop { get; init; } = new() { Number = 1, Kind = "device" };

    /// <summary>AF_PACKET on a device: nothing on the node is changed.</summary>
    public sealed record OfDevice : CapturePoint
    {
        /// <summary>The device's name.</summary>
        public required string Device { get; init; }

        /// <summary>The namespace's name; empty for the node's own.</summary>
        public required string Namespace { get; init; }

        /// <summary>The device's address.</summary>
        public MacAddress? Address { get; init; }

        /// <summary>VMs' packets pass here inside tunnels: a filter is to be asked about the inner packet as well.</summary>
        public bool CarriesTunnels { get; init; }
    }

    /// <summary>
    /// A Mirror row on an OVS bridge with an output port of its own. The ports are listed one by one, never <c>select_all</c>, which
    /// would also copy what nobody asked for (spec mirroring-traps 5.9, 5.20).
    /// </summary>
    public sealed record OfMirror : CapturePoint
    {
        /// <summary>The bridge's name.</summary>
        public required string Bridge { get; init; }

        /// <summary>Its row.</summary>
        public required Guid BridgeUuid { get; init; }

        /// <summary>Ports selected in both directions; at least one.</summary>
        public required IReadOnlyList<MirroredPort> Ports { get; init; }

        /// <summary>Why AF_PACKET does not do here.</summary>
        public required string Reason { get; init; }

        /// <summary>
        /// MTU of the monitor device in bytes: room for the greatest packet of the node and two VLAN tags; but the bridge's own MTU
        /// where no other port decides that, for then the monitor would (spec mirroring-traps 5.5).
        /// </summary>
        public required int MonitorMtu { get; init; }

        /// <summary>
        /// Bytes of each copy, cut by OVS itself so that a greater packet than the monitor can carry arrives cut rather than not at
        /// all (5.26); null: whole.
        /// </summary>
        public int? SnapLength { get; init; }

        /// <summary>MTU of the bridge's local port before, to be the same after; null where not told.</summary>
        public int? BridgeMtu { get; init; }

        /// <summary>MAC of the bridge's local port before.</summary>
        public string? BridgeAddress { get; init; }
    }
}

/// <summary>A port that a mirror selects.</summary>
/// <param name="Uuid">Its Port row.</param>
/// <param name="Name">Its name.</param>
/// <param name="Interfaces">Names of its interfaces (several for a bond) that packets can come in by.</param>
/// <param name="TaggedVlan">A VLAN that a packet must carry to be let in at all (a trunk without native VLAN); null: untagged is fine.</param>
/// <param name="Address">The MAC behind it, where known.</param>
public sealed record MirroredPort(
    Guid Uuid, string Name, IReadOnlyList<string> Interfaces, int? TaggedVlan = null, MacAddress? Address = null);
