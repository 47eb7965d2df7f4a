namespace Plumbline.Linux.Capture;

/// <summary>
/// Packets bear the wall clock's time, and somebody may set that clock while they come. Processors overtake each other
/// by microseconds; what is further back than a second is no disorder, but the clock's new time, and all that comes
/// from then on bears it.
/// </summary>
internal static class ClockStep
{
    private const long Least = 1_000_000_000;

    /// <summary>The clock was set back between two times.</summary>
    public static bool IsBetween(long before, long now) => now < before - Least;

    /// <summary>The later of two; the new one where the clock was set back.</summary>
    public static long Later(long before, long now) => IsBetween(before, now) ? now : Math.Max(before, now);
}
