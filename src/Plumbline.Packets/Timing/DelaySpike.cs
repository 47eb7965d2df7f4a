namespace Plumbline.Packets.Timing;

/// <summary>A time in which the delay was far above the usual: ten times the median, and at least 200 µs more.</summary>
/// <param name="StartNanoseconds">The first such packet left, nanoseconds since 1970 UTC.</param>
/// <param name="EndNanoseconds">The last such packet left.</param>
/// <param name="Packets">How many.</param>
/// <param name="Greatest">The greatest delay in nanoseconds.</param>
public readonly record struct DelaySpike(long StartNanoseconds, long EndNanoseconds, long Packets, long Greatest);
