namespace Plumbline.Iptables.Simulation;

/// <summary>What conntrack attaches to a packet.</summary>
/// <param name="State">The state.</param>
public readonly record struct ConntrackEntry(ConntrackState State)
{
    /// <summary>The connection's very first packet: the only one that the nat table's rules see.</summary>
    public bool IsFirstPacket { get; init; } = State == ConntrackState.New;

    /// <summary>The packet goes against the direction of the first one.</summary>
    public bool IsReply { get; init; }

    /// <summary>The connection's mark (connmark).</summary>
    public uint Mark { get; init; }

    /// <summary>Its source is rewritten.</summary>
    public bool IsSourceNat { get; init; }

    /// <summary>Its destination is rewritten.</summary>
    public bool IsDestinationNat { get; init; }

    /// <summary>The direction of its first packet, before anything was rewritten; null: what the packet itself tells must do.</summary>
    public ConntrackTuple? Original { get; init; }

    /// <summary>The direction of the replies, as they come in; null where <see cref="Original"/> is.</summary>
    public ConntrackTuple? Reply { get; init; }

    /// <summary>There is a connection behind it: neither Invalid nor Untracked.</summary>
    public bool HasConnection => State is not (ConntrackState.Invalid or ConntrackState.Untracked);
}
