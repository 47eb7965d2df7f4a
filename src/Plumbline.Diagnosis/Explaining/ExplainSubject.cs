namespace Plumbline.Diagnosis.Explaining;

/// <summary>What <c>plumb explain</c> is asked about. A closed set.</summary>
public abstract record ExplainSubject
{
    private ExplainSubject()
    {
    }

    /// <summary>Ports: one, or all of a VM.</summary>
    public sealed record Ports(IReadOnlyList<FirewallTarget> Targets) : ExplainSubject;

    /// <summary>A chain; null: all chains.</summary>
    public sealed record OfChain(string? Name) : ExplainSubject;
}
