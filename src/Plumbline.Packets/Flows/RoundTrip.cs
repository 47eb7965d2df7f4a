namespace Plumbline.Packets.Flows;

/// <summary>Round-trip times.</summary>
/// <param name="Samples">How many.</param>
/// <param name="Least">The shortest.</param>
/// <param name="Mean">The mean.</param>
/// <param name="Greatest">The longest.</param>
public sealed record RoundTrip(long Samples, TimeSpan Least, TimeSpan Mean, TimeSpan Greatest);
