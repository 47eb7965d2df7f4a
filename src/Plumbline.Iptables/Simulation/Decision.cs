namespace Plumbline.Iptables.Simulation;

/// <summary>What became of one packet.</summary>
/// <param name="Outcome">Passed, dropped, or it depends.</param>
/// <param name="Rule">
/// Number of the rule that decided (<see cref="CompiledRuleset.PlaceOf"/>), -1 where a policy did or nothing had to. A packet that
/// passed is decided by the last rule that accepted it in a filter table.
/// </param>
/// <param name="Chain">Number of the chain it stands in, or whose policy it was; -1: no filter rule was asked.</param>
/// <param name="Hook">Where.</param>
public readonly record struct Decision(Outcome Outcome, int Rule, int Chain, Hook Hook)
{
    /// <summary>The conntrack zone; 0 is the default one.</summary>
    public int Zone { get; init; }

    /// <summary>skb->mark at the end.</summary>
    public uint Mark { get; init; }

    /// <summary>The connection's mark at the end.</summary>
    public uint ConnectionMark { get; init; }

    /// <summary>TTL or hop limit at the end.</summary>
    public byte HopLimit { get; init; }

    /// <summary>TOS or traffic class at the end.</summary>
    public byte TypeOfService { get; init; }

    /// <summary>The raw table exempted it from conntrack.</summary>
    public bool IsNotrack { get; init; }

    /// <summary>Of the zone for the other direction; <see cref="Zone"/> but for <c>--zone-orig</c> and <c>--zone-reply</c>.</summary>
    public int ReplyZone { get; init; }

    /// <summary>Source address at the end, as nat left it.</summary>
    public UInt128 Source { get; init; }

    /// <summary>Destination address at the end.</summary>
    public UInt128 Destination { get; init; }

    /// <summary>Source port at the end.</summary>
    public ushort SourcePort { get; init; }

    /// <summary>Destination port at the end.</summary>
    public ushort DestinationPort { get; init; }

    /// <summary>Addresses and ports that depend on what the rules do not tell: the values above are one of several.</summary>
    public PacketFields Open { get; init; }

    /// <summary>nat has rewritten the connection's source, now or before.</summary>
    public bool IsSourceNat { get; init; }

    /// <summary>nat has rewritten the connection's destination, now or before.</summary>
    public bool IsDestinationNat { get; init; }

    /// <summary>The last hook that it came to: where nat turned it elsewhere, not the last of the path that was asked for.</summary>
    public HookPoint? Last { get; init; }

    /// <summary>Its connection, a new one, was taken into conntrack's table: in INPUT or POSTROUTING, whatever comes after it.</summary>
    public bool IsConfirmed { get; init; }

    /// <summary>What dropped it where no rule did.</summary>
    public DropCause Cause { get; init; }
}
