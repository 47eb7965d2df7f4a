namespace Plumbline.Packets.Timing;

/// <summary>A piece of a time line.</summary>
/// <param name="Samples">Packets that left in it and arrived.</param>
/// <param name="P50">Median of their delays in nanoseconds; null without any.</param>
/// <param name="P99">99th percentile, by nearest rank.</param>
/// <param name="Greatest">The greatest.</param>
/// <param name="Lost">Packets that left in it and are lost.</param>
public readonly record struct DelayBin(int Samples, long? P50, long? P99, long? Greatest, int Lost);
