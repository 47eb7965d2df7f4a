namespace Plumbline.Iptables.Simulation;

/// <summary>What a <see cref="Check"/> looks at.</summary>
internal enum CheckKind : byte
{
    /// <summary>False.</summary>
    Never,

    /// <summary>(source &amp; B) == A.</summary>
    Source4,

    /// <summary>(destination &amp; B) == A.</summary>
    Destination4,

    /// <summary>Wide[Index + 1] masks, Wide[Index] is the address.</summary>
    Source6,

    /// <inheritdoc cref="Source6"/>
    Destination6,

    /// <summary>Protocol is A.</summary>
    Protocol,

    /// <summary>A later fragment.</summary>
    Fragment,

    /// <summary>A to B; never a later fragment.</summary>
    SourcePort,

    /// <inheritdoc cref="SourcePort"/>
    DestinationPort,

    /// <summary>(flags &amp; B) == A.</summary>
    TcpFlags,

    /// <summary>Type is A (256: any), code B &amp; 0xFF to B >> 8.</summary>
    Icmp,

    /// <summary>Ports[Index] source ranges.</summary>
    MultiportSource,

    /// <summary>Ports[Index] destination ranges.</summary>
    MultiportDestination,

    /// <summary>Ports[Index], either.</summary>
    MultiportEither,

    /// <summary>One of the states A (<see cref="ConnectionStates"/>).</summary>
    State,

    /// <summary>Conntracks[Index].</summary>
    Conntrack,

    /// <summary>(mark &amp; B) == A.</summary>
    Mark,

    /// <summary>(connection's mark &amp; B) == A.</summary>
    Connmark,

    /// <summary>Frame's source is B:A.</summary>
    Mac,

    /// <summary>Wide[Index] to Wide[Index + 1].</summary>
    SourceRange,

    /// <inheritdoc cref="SourceRange"/>
    DestinationRange,

    /// <summary>A to B octets.</summary>
    Length,

    /// <summary>A to B.</summary>
    HopLimit,

    /// <summary>(TOS &amp; B) == A.</summary>
    TypeOfService,

    /// <summary>A to B, in ESP or AH.</summary>
    SecurityParameterIndex,

    /// <summary><see cref="PacketType"/> A.</summary>
    PacketType,

    /// <summary>Sets[Index].</summary>
    Set,

    /// <summary>One of <see cref="AddressTypes"/> A.</summary>
    SourceType,

    /// <inheritdoc cref="SourceType"/>
    DestinationType,

    /// <summary>Unknowns[Index]: nobody here can tell.</summary>
    Unknown,
}
