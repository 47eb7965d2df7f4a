namespace Plumbline.Diagnosis.Mirrors.Lasting;

/// <summary>What an operator asks of <c>plumb mirror add</c>.</summary>
public sealed record LastingRequest
{
    /// <summary>The mirror's name.</summary>
    public required string Name { get; init; }

    /// <summary>The mark's session, new.</summary>
    public required string Session { get; init; }

    /// <summary>What to copy, as it was typed; one or more.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>Which way.</summary>
    public MirrorDirection Direction { get; init; }

    /// <summary>Only these VLANs; empty: all.</summary>
    public IReadOnlyList<int> Vlans { get; init; } = [];

    /// <summary>Where to; null: a device of plumb's, named after the mirror.</summary>
    public MirrorOutput? Output { get; init; }

    /// <summary>Without VLAN tag.</summary>
    public bool Untagged { get; init; }

    /// <summary>Bytes of each copy; null: whole.</summary>
    public int? SnapLength { get; init; }

    /// <summary>When it ends; null: when it is removed.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The time.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>See <see cref="LastingMirror.HasOwnKeeper"/>.</summary>
    public bool HasOwnKeeper { get; init; }

    /// <summary>Do what is refused otherwise: take a port that serves somebody, send into a tunnel peer, mirror in spite of offload.</summary>
    public bool Force { get; init; }

    /// <summary>A target that is a whole UUID and that nothing here bears may be a port that comes later.</summary>
    public bool MayWait { get; init; }

    /// <summary>Who and why.</summary>
    public string? Reason { get; init; }
}
