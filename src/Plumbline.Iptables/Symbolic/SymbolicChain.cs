using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

/// <summary>A chain as questions meet it: its rules are prepared when the first question comes by.</summary>
internal sealed class SymbolicChain(int number, CompiledChain source)
{
    /// <summary>Within its <see cref="ChainTable"/>.</summary>
    public int Number => number;

    public CompiledChain Source => source;

    public string Name => source.Source.Name;

    /// <summary>In order; null until prepared.</summary>
    public CompiledRule[]? Rules { get; set; }

    /// <summary>For each rule its matches of devices; null where the chain has none.</summary>
    public Match[][]? DeviceMatches { get; set; }

    /// <summary>Null where the chain is short.</summary>
    public DeviceIndex? Index { get; set; }

    /// <summary>Before conntrack: its state matches see what CT attached.</summary>
    public bool IsRaw => source.Table.Name == "raw";

    public Rule RuleAt(int rule) => source.Source.Rules[rule];
}
