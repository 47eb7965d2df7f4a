namespace Plumbline.Iptables.Simulation;

/// <summary>
/// Rules of one family made ready to decide packets: chains and rules are numbers in flat arrays, names are resolved, sets are lookups.
/// Compile once, decide millions. Immutable: several threads may use one at a time.
/// </summary>
/// <remarks>
/// The order of the kernel: at each hook raw, then conntrack, mangle, nat (destination), filter, security, nat (source); tables of several
/// rulesets (the nft and the legacy variant both hook in) side by side. ACCEPT ends one table at one hook, DROP ends all, RETURN goes back
/// to the caller or to the policy. nat is asked for the first packet of a connection only; what it made of that is done to all others.
/// </remarks>
public sealed partial class CompiledRuleset
{
    private readonly CompiledRule[] _rules;
    private readonly CheckRunner _runner;
    private readonly NatAction[] _nats;
    private readonly string[] _texts;

    /// <summary>By hook: base chains in the kernel's order.</summary>
    private readonly int[][] _steps;

    /// <summary>By hook: where nat's chains stand among them; -1 where there is no nat.</summary>
    private readonly (int First, int End)[] _natSteps;

    private readonly NodeAddresses? _addresses;

    /// <summary>What a walk needs of each chain, close together.</summary>
    private readonly ChainCode[] _codes;

    private readonly Dictionary<(int Ruleset, string Table, string Chain), int> _byName;

    private CompiledRuleset(RulesetCompiler source)
    {
        Family = source.Family;
        Chains = [.. source.Chains];
        PathSlots = source.PathSlots;
        UsesConntrack = source.UsesConntrack;
        _rules = [.. source.Rules];
        _runner = new(source.Checks);
        _nats = [.. source.Targets.Nats];
        _texts = [.. source.Targets.Texts];
        _steps = source.Steps;
        _natSteps = source.NatSteps;
        _addresses = source.Checks.Addresses;
        _codes = [.. Chains.Select(c => new ChainCode(c.FirstRule, c.Count, c.PathSlot, c.Source.IsShown, KindOf(c.Table.Name)))];
        _byName = source.ByName;
    }

    /// <summary>Of the packets that it decides.</summary>
    public IPFamily Family { get; }

    /// <summary>
    /// Some rule looks at connections, so the kernel tracks all packets of the family, and puts fragments together before any rule sees
    /// them.
    /// </summary>
    public bool UsesConntrack { get; }

    /// <summary>How many rules there are in all.</summary>
    public int RuleCount => _rules.Length;

    internal CompiledChain[] Chains { get; }

    internal int PathSlots { get; }

    /// <summary>Compiles one ruleset.</summary>
    /// <param name="ruleset">The rules.</param>
    /// <param name="sets">Sets that they may name; one that is missing makes a verdict depend on it.</param>
    /// <param name="addresses">The node's, for <c>-m addrtype</c>; null: not known.</param>
    public static CompiledRuleset Compile(Ruleset ruleset, IReadOnlyList<AddressSet> sets, NodeAddresses? addresses = null) =>
        Compile([ruleset], sets, addresses);

    /// <summary>Compiles rulesets of one family that act together: those of the nft and the legacy variant.</summary>
    /// <exception cref="ArgumentException">None, or of two families.</exception>
    public static CompiledRuleset Compile(
        IReadOnlyList<Ruleset> rulesets, IReadOnlyList<AddressSet> sets, NodeAddresses? addresses = null) =>
        new(new RulesetCompiler(rulesets, sets, addresses));

    /// <summary>Prepares a path for many packets.</summary>
    public ResolvedPath Resolve(PacketPath path) => new(this, path);

    /// <summary>Where rule <paramref name="rule"/> (0 to <see cref="RuleCount"/> - 1) stands.</summary>
    public RulePlace PlaceOf(int rule)
    {
        var chain = Chains[_rules[rule].Chain];
        var number = rule - chain.FirstRule;
        return new(chain.Ruleset, chain.Table, chain.Source, number + 1, chain.Source.Rules[number]);
    }

    /// <summary>The table and chain of a decision.</summary>
    public (Table Table, Chain Chain) ChainOf(int chain) => (Chains[chain].Table, Chains[chain].Source);

    private static TableKind KindOf(string table) => table switch
    {
        "raw" => TableKind.Raw,
        "nat" => TableKind.Nat,
        "filter" => TableKind.Filter,
        _ => TableKind.Other,
    };

    /// <summary>The chain's number, or -1.</summary>
    internal int FindChain(int ruleset, string table, string chain) => _byName.GetValueOrDefault((ruleset, table, chain), -1);

    private enum TableKind : byte
    {
        Other,
        Raw,
        Nat,
        Filter,
    }

    private readonly record struct ChainCode(int First, int Count, int PathSlot, bool IsShown, TableKind Table);
}
