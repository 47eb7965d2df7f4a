namespace Plumbline.Packets.Timing;

/// <summary>One packet's way between two hops.</summary>
/// <param name="LeftAt">Nanoseconds since 1970 UTC.</param>
/// <param name="Delay">Nanoseconds; below 0 where the clocks disagree.</param>
internal readonly record struct DelaySample(long LeftAt, long Delay);
