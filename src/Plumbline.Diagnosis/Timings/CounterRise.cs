namespace Plumbline.Diagnosis.Timings;

/// <summary>A rule or flow whose counter rose while packets were captured.</summary>
/// <param name="Place">The table and chain, or the bridge and table.</param>
/// <param name="What">The rule or flow as text.</param>
/// <param name="Packets">By how many.</param>
/// <param name="Drops">It drops or rejects.</param>
public sealed record CounterRise(string Place, string What, long Packets, bool Drops)
{
    /// <summary>It was not there before: a rule that was added, a flow that was learned.</summary>
    public bool IsNew { get; init; }

    /// <summary>Where it counts.</summary>
    public CounterSite Site { get; init; } = new();
}
