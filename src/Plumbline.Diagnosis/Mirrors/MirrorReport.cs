using Plumbline.Diagnosis.Mirrors.Lasting;
using Plumbline.Node;

namespace Plumbline.Diagnosis.Mirrors;

/// <summary>One mirror, judged.</summary>
public sealed record MirrorReport
{
    /// <summary>The Mirror row; null where the source did not tell.</summary>
    public Guid? Uuid { get; init; }

    /// <summary>The bridge that has it.</summary>
    public required string Bridge { get; init; }

    /// <summary>Its name; not unique.</summary>
    public required string Name { get; init; }

    /// <summary>It selects all ports of the bridge, both ways; <see cref="Sources"/> lists what it would select otherwise.</summary>
    public bool SelectsAll { get; init; }

    /// <summary>The ports selected, by name.</summary>
    public IReadOnlyList<MirrorSource> Sources { get; init; } = [];

    /// <summary>Only these VLANs, as the bridge sees them; empty: all.</summary>
    public IReadOnlyList<int> Vlans { get; init; } = [];

    /// <summary>What it selects, in words.</summary>
    public required string Selects { get; init; }

    /// <summary>Name of the output port; null where it has none, or the row of that UUID is gone.</summary>
    public string? OutputPort { get; init; }

    /// <summary>output_vlan.</summary>
    public int? OutputVlan { get; init; }

    /// <summary>Where copies go, in words, with the state of the device.</summary>
    public required string Output { get; init; }

    /// <summary>Whose it is.</summary>
    public required MirrorOwner Owner { get; init; }

    /// <summary>Our mark; null where it is not ours.</summary>
    public OwnershipMark? Mark { get; init; }

    /// <summary>It is ours and nobody looks after it any more: garbage that <c>plumb mirror gc</c> removes.</summary>
    public bool IsDead { get; init; }

    /// <summary>Whose it is, in words: process, user and command as far as told.</summary>
    public required string OwnerText { get; init; }

    /// <summary>In one word. Waiting: a lasting mirror (its mark says so) whose ports are not there.</summary>
    public MirrorState State => Owner != MirrorOwner.Ours ? MirrorState.Foreign
        : IsDead ? MirrorState.Lapsed
        : !Works ? MirrorState.Broken
        : IsWaiting ? MirrorState.Waiting
        : MirrorState.Working;

    /// <summary>A lasting mirror, none of whose ports is there.</summary>
    public bool IsWaiting { get; init; }

    /// <summary>What was wanted, of a lasting mirror of this node; null where not known.</summary>
    public LastingMirror? Lasting { get; init; }

    /// <summary>Copies can arrive at its output, as far as the snapshot tells: no <see cref="Faults"/>.</summary>
    public bool Works => Faults.Count == 0;

    /// <summary>Why no copy arrives, each in plain words.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>It works, but not as one may think, or at somebody's cost; each in plain words.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>statistics: copies sent to the output so far, some seconds old; null where not told.</summary>
    public long? SentPackets { get; init; }

    /// <summary>statistics: octets of these copies, a pushed VLAN tag not counted.</summary>
    public long? SentBytes { get; init; }
}
