namespace Plumbline.Packets.Timing;

/// <summary>A way that flows took, one direction.</summary>
public sealed record WayReport
{
    /// <summary>Indices of hops, from the sender on.</summary>
    public required IReadOnlyList<int> Hops { get; init; }

    /// <summary>Flows; a flow on both sides of a NAT is one.</summary>
    public required int Flows { get; init; }

    /// <summary>Packets, each once.</summary>
    public required long Packets { get; init; }

    /// <summary>The flow with most packets, as its first hop saw it.</summary>
    public required FlowTuple Example { get; init; }

    /// <summary>The same as its last hop saw it: other than <see cref="Example"/> where NAT is between.</summary>
    public required FlowTuple ExampleAtEnd { get; init; }

    /// <summary>From hop to hop.</summary>
    public required IReadOnlyList<LegReport> Legs { get; init; }

    /// <summary>First to last: delays of packets that both saw. What was lost is the legs' to tell.</summary>
    public required LegReport Whole { get; init; }

    /// <summary>
    /// The leg that takes half or more of the whole way's time, by medians, of three legs or more; null where none does, clocks differ, or late
    /// stamps of copies make it longer than the whole.
    /// </summary>
    public LegReport? SlowestLeg
    {
        get
        {
            var slowest = Legs.Count > 2 ? Legs.MaxBy(l => l.Delay?.P50 ?? 0) : null;
            return slowest?.Delay is { } delay && Whole.Delay is { } whole && delay.P50 * 2 >= whole.P50 && delay.P50 <= whole.P50
                && Legs.All(l => l.SharesClock) ? slowest : null;
        }
    }
}
