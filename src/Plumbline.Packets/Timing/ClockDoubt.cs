namespace Plumbline.Packets.Timing;

/// <summary>
/// Packets of both directions seem to pass two hops in the same order, or to arrive before they left: the clocks there disagree by more than
/// the way takes, and only the sum of both directions is true.
/// </summary>
/// <param name="From">Index of the hop that seems to be first.</param>
/// <param name="To">Index of the other.</param>
/// <param name="Ahead">
/// How far the clock of <paramref name="To"/> is ahead, in nanoseconds, if both directions take the same time; null where only one
/// direction was seen.
/// </param>
/// <param name="RoundTrip">Both directions together, in nanoseconds: true whatever the clocks say.</param>
public sealed record ClockDoubt(int From, int To, long? Ahead, long? RoundTrip)
{
    /// <summary>How far one clock moved against the other during the capture, in nanoseconds; null where that was not seen.</summary>
    public long? Moved { get; init; }
}
