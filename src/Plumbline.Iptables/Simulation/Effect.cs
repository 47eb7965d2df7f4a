namespace Plumbline.Iptables.Simulation;

/// <summary>What a matching rule does.</summary>
internal enum Effect : byte
{
    /// <summary>Counts, logs, or changes what no rule looks at.</summary>
    Continue,

    /// <summary>Ends the table.</summary>
    Accept,

    /// <summary>Ends everything.</summary>
    Drop,

    /// <summary>Back to the caller, or to the policy.</summary>
    Return,

    /// <summary>Into chain Operand.</summary>
    Jump,

    /// <inheritdoc cref="Jump"/>
    Goto,

    /// <summary>mark = (mark &amp; ~B) ^ A.</summary>
    SetMark,

    /// <summary>The connection's mark likewise.</summary>
    SetConnmark,

    /// <summary>Saves mark &amp; A into the connection's bits B.</summary>
    SaveConnmark,

    /// <summary>Restores the connection's bits B into the mark's bits A.</summary>
    RestoreConnmark,

    /// <summary>Zone Operand; A and B: masks of it for the original direction and for replies.</summary>
    SetZone,

    /// <summary>The zone is the mark, masked likewise.</summary>
    ZoneFromMark,

    /// <summary>Not tracked.</summary>
    Notrack,

    /// <summary>TOS = (TOS &amp; ~B) ^ A.</summary>
    SetTypeOfService,

    /// <summary>TTL or hop limit: A.</summary>
    SetHopLimit,

    /// <summary>TTL or hop limit: + (int)A.</summary>
    AddHopLimit,

    /// <summary>A new destination: Nats[Operand]; ends the table.</summary>
    DestinationNat,

    /// <summary>A new source: Nats[Operand]; ends the table.</summary>
    SourceNat,

    /// <summary>NETMAP: the destination in PREROUTING and OUTPUT, else the source: Nats[Operand]; ends the table.</summary>
    NetworkNat,

    /// <summary>A program in user space decides.</summary>
    Queue,

    /// <summary>A target whose effect nobody here knows.</summary>
    Unknown,
}
