namespace Plumbline.Diagnosis.Observing;

/// <summary>What came of a probe.</summary>
public sealed record ProbeAnswer
{
    /// <summary>Which.</summary>
    public required TraceProbe Probe { get; init; }

    /// <summary>Echoes sent; 0 where none could be.</summary>
    public int Sent { get; init; }

    /// <summary>Echoes answered.</summary>
    public int Received { get; init; }

    /// <summary>The median of the round trips; null where nothing came back or it was not told.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>What the namespace's ARP table says of the target afterwards (<c>REACHABLE</c>, <c>FAILED</c> …); null where it is not on its link.</summary>
    public string? Neighbour { get; init; }

    /// <summary>What the tool said besides (an error, an ICMP error that came back); null where nothing.</summary>
    public string? Said { get; init; }
}
