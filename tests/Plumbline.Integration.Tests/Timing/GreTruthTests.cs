namespace Plumbline.Integration.Tests.Timing;

/// <summary>Through GRE.</summary>
public sealed class GreTruthTests(HeldGreLab held) : LatencyTruth(held), IClassFixture<HeldGreLab>;
