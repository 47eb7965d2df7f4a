using Plumbline.Neutron.SecurityGroups;

namespace Plumbline.Diagnosis.Comparing;

/// <summary>The answer of <c>plumb diff</c>.</summary>
public sealed record FirewallComparison
{
    /// <summary>What differs; empty on a healthy node.</summary>
    public required IReadOnlyList<FirewallFinding> Findings { get; init; }

    /// <summary>What was compared, and what could not be, in words.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>How many ports were judged; null where two rulesets were compared.</summary>
    public int? Ports { get; init; }

    /// <summary>As which release of Neutron the wanted rules were written; null where two rulesets were compared.</summary>
    public NeutronRelease? Release { get; init; }

    /// <summary>How that is known.</summary>
    public ReleaseOrigin ReleaseBy { get; init; }
}
