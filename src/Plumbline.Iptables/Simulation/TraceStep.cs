namespace Plumbline.Iptables.Simulation;

/// <summary>One step of a packet's way: a rule that matched, a policy, or conntrack.</summary>
/// <param name="Event">What happened.</param>
/// <param name="Point">The hook, and what it knows of devices.</param>
/// <param name="Depth">How many jumps deep, 0 in a base chain.</param>
public sealed record TraceStep(TraceEvent Event, HookPoint Point, int Depth)
{
    /// <summary>The rule; null for a policy and for conntrack.</summary>
    public RulePlace? Place { get; init; }

    /// <summary>The table; empty for conntrack.</summary>
    public string Table { get; init; } = "";

    /// <summary>The chain; null for conntrack.</summary>
    public Chain? Chain { get; init; }

    /// <summary>What changed, what conntrack says; empty where the rule says it all.</summary>
    public string Note { get; init; } = "";
}
