namespace Plumbline.Iptables.Simulation;

/// <summary>What becomes of a packet.</summary>
public enum Outcome
{
    /// <summary>It passed every hook of its path.</summary>
    Passed,

    /// <summary>A rule or a policy ended it (REJECT too).</summary>
    Dropped,

    /// <summary>A match, a target or a chain decides that the ruleset alone does not tell.</summary>
    Depends,
}
