namespace Plumbline.Iptables.Simulation;

/// <summary>What each rule and each policy would have counted. One thread at a time.</summary>
public sealed class RuleCounters
{
    private readonly CompiledRuleset _ruleset;

    /// <summary>All zero.</summary>
    public RuleCounters(CompiledRuleset ruleset)
    {
        _ruleset = ruleset;
        Packets = new ulong[ruleset.RuleCount];
        Bytes = new ulong[ruleset.RuleCount];
        PolicyPackets = new ulong[ruleset.Chains.Length];
        PolicyBytes = new ulong[ruleset.Chains.Length];
    }

    internal ulong[] Packets { get; }

    internal ulong[] Bytes { get; }

    internal ulong[] PolicyPackets { get; }

    internal ulong[] PolicyBytes { get; }

    /// <summary>Of rule <paramref name="rule"/> (as <see cref="CompiledRuleset.PlaceOf"/> numbers them).</summary>
    public Counters OfRule(int rule) => new(Packets[rule], Bytes[rule]);

    /// <summary>Of a base chain's policy; null where there is no such chain.</summary>
    public Counters? OfPolicy(int ruleset, string table, string chain) =>
        _ruleset.FindChain(ruleset, table, chain) is >= 0 and var index ? new(PolicyPackets[index], PolicyBytes[index]) : null;
}
