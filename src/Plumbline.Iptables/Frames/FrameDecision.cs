namespace Plumbline.Iptables.Frames;

/// <summary>What a table made of a frame.</summary>
/// <param name="IsDropped">It ends here.</param>
/// <param name="Chain">Of the rule or policy that decided.</param>
/// <param name="By">The rule, or the policy in words.</param>
/// <param name="Passed">Rules that matched on the way, the deciding one last.</param>
/// <param name="DependsOn">Conditions that are not understood and would have made a difference.</param>
public sealed record FrameDecision(bool IsDropped, string Chain, string By, IReadOnlyList<string> Passed, IReadOnlyList<string> DependsOn)
{
    /// <summary>Its connection, a new one, is translated so; null: it is not.</summary>
    public Target? Translation { get; init; }

    /// <summary>It is exempt from connection tracking.</summary>
    public bool IsNotrack { get; init; }
}
