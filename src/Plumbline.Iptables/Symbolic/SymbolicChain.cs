using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

/// <summary>A chain as questions meet it: a rule is prepared when the first question comes by it.</summary>
internal sealed class SymbolicChain(int number, CompiledChain source)
{
    /// <summary>Within its <see cref="ChainTable"/>.</summary>
    public int Number => number;

    public CompiledChain Source => source;

    public string Name => source.Source.Name;

    /// <summary>In order; null before the first is prepared. Those that no question came to are empty.</summary>
    public CompiledRule[]? Rules { get; set; }

    /// <summary>Questions that looked for its rules by their devices.</summary>
    public int Visits { get; set; }

    /// <summary>Null where the chain is short, or was asked once only.</summary>
    public DeviceIndex? Index { get; set; }

    /// <summary>Before conntrack: its state matches see what CT attached.</summary>
    public bool IsRaw => source.Table.Name == "raw";

    public Rule RuleAt(int rule) => source.Source.Rules[rule];
}
