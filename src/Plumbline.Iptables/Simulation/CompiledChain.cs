namespace Plumbline.Iptables.Simulation;

/// <summary>One chain, ready to run.</summary>
internal sealed class CompiledChain
{
    public required Chain Source { get; init; }

    public required Table Table { get; init; }

    /// <summary>Which of the rulesets that were compiled together.</summary>
    public required int Ruleset { get; init; }

    /// <summary>Printed by the nf_tables variant.</summary>
    public bool IsNft { get; init; }

    /// <summary>Number of its first rule; the others follow.</summary>
    public int FirstRule { get; set; }

    /// <summary>How many rules it has.</summary>
    public int Count => Source.Rules.Count;

    /// <summary>Where <see cref="ResolvedPath"/> keeps this chain's candidates; -1: no rule of it asks for a device.</summary>
    public int PathSlot { get; set; } = -1;

    /// <summary>For each rule: its matches of devices; null where there are none in the chain.</summary>
    public Match[][]? DeviceMatches { get; set; }

    /// <summary>Finds candidates without looking at every rule; null where the chain is short.</summary>
    public DeviceIndex? Index { get; set; }

    /// <summary>Policy of a base chain; null for a user's chain.</summary>
    public Verdict? Policy { get; init; }

    /// <summary>The kernel's own, not a user's.</summary>
    public bool IsBase { get; init; }
}
