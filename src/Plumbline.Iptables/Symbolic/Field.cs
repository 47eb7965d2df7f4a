namespace Plumbline.Iptables.Symbolic;

/// <summary>
/// What a rule can look at, in the order of the diagrams' levels: small fields first, addresses last. Measured on a university's 4,814
/// rules: this order takes 0.35 s where addresses on top take more than 300 s, because rules pair small fields with addresses and MACs.
/// </summary>
internal enum Field
{
    State,
    IsReply,
    IsSourceNat,
    IsDestinationNat,

    /// <summary>What the raw table decided: 0 nothing, 1 a zone (CT), 2 not tracked.</summary>
    Template,
    Protocol,

    /// <summary>IPv6 with an authentication header before <see cref="Protocol"/>; always 0 in IPv4.</summary>
    HasAuthentication,
    DestinationPort,
    SourcePort,
    IcmpType,
    IcmpCode,
    TcpFlags,
    LaterFragment,
    Length,
    HopLimit,
    TypeOfService,
    SecurityParameterIndex,
    Mark,
    ConnectionMark,
    PhysicalIn,
    PhysicalOut,
    In,
    Out,
    Destination,
    Source,
    HasSourceMac,
    SourceMac,
    DestinationMac,
}
