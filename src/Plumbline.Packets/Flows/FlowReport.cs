namespace Plumbline.Packets.Flows;

/// <summary>A capture file understood.</summary>
public sealed record FlowReport
{
    /// <summary>Packets read.</summary>
    public required long Packets { get; init; }

    /// <summary>Their bytes on the wire.</summary>
    public required long Bytes { get; init; }

    /// <summary>Nanoseconds since 1970 UTC of the first packet; 0 where there are no times.</summary>
    public required long StartNanoseconds { get; init; }

    /// <summary>Of the last.</summary>
    public required long EndNanoseconds { get; init; }

    /// <summary>Packets of no conversation: no IP, or too damaged to tell.</summary>
    public required long OtherPackets { get; init; }

    /// <summary>Packets of conversations beyond the number that is kept apart.</summary>
    public required long PacketsBeyond { get; init; }

    /// <summary>Most bytes first.</summary>
    public required IReadOnlyList<Conversation> Conversations { get; init; }

    /// <summary>ARP and neighbour discovery without answer, most often asked first.</summary>
    public required IReadOnlyList<NeighbourQuestion> NeighboursUnanswered { get; init; }

    /// <summary>In the file's order.</summary>
    public required IReadOnlyList<DhcpExchange> DhcpExchanges { get; init; }

    /// <summary>Most frequent first.</summary>
    public required IReadOnlyList<DnsFailure> DnsFailures { get; init; }

    /// <summary>In the file's order.</summary>
    public required IReadOnlyList<MtuProblem> MtuProblems { get; init; }
}
