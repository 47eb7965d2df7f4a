namespace Plumbline.Iptables.Symbolic;

/// <summary>What packets showed that were tried one by one, for want of a proof. What none of them showed may still be.</summary>
/// <param name="Tried">How many.</param>
/// <param name="Passed">Of these, how many passed whatever the unknowns are.</param>
public sealed record SampleReport(int Tried, int Passed)
{
    /// <summary>One of those that passed for each rule that let some pass.</summary>
    public IReadOnlyList<SampledPass> Passes { get; init; } = [];
}
