namespace Plumbline.Diagnosis.Tracing;

/// <summary>The other piece of a packet that was cut up, which did not get to its end.</summary>
/// <param name="Trackers">Connection trackers that it reached.</param>
/// <param name="End">Where it ended, in words.</param>
internal sealed record OtherPiece(IReadOnlySet<string> Trackers, string End);
