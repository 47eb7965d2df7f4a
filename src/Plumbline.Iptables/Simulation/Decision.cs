namespace Plumbline.Iptables.Simulation;

/// <summary>What became of one packet.</summary>
/// <param name="Outcome">Passed, dropped, or it depends.</param>
/// <param name="Rule">
/// Number of the rule that decided (<see cref="CompiledRuleset.PlaceOf"/>), -1 where a policy did or nothing had to. A packet that
/// passed is decided by the last rule that accepted it in a filter table.
/// </param>
/// <param name="Chain">Number of the chain it stands in, or whose policy it was; -1: no filter rule was asked.</param>
/// <param name="Hook">Where.</param>
public readonly record struct Decision(Outcome Outcome, int Rule, int Chain, Hook Hook)
{
    /// <summary>The conntrack zone; 0 is the default one.</summary>
    public int Zone { get; init; }

    /// <summary>skb->mark at the end.</summary>
    public uint Mark { get; init; }

    /// <summary>The connection's mark at the end.</summary>
    public uint ConnectionMark { get; init; }

    /// <summary>TTL or hop limit at the end.</summary>
    public byte HopLimit { get; init; }

    /// <summary>TOS or traffic class at the end.</summary>
    public byte TypeOfService { get; init; }

    /// <summary>The raw table exempted it from conntrack.</summary>
    public bool IsNotrack { get; init; }
}
