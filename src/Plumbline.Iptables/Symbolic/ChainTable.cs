using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

/// <summary>
/// The chains of rulesets that act together. A question about one port of a node with 143,000 rules touches some forty rules, so nothing
/// is prepared before it is asked for, neither a chain nor a rule.
/// </summary>
internal sealed class ChainTable
{
    /// <summary>Below this many rules a look at each is cheaper than an index.</summary>
    private const int IndexFrom = 16;

    private static readonly string[] _baseChains = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"];

    private static readonly string[][] _order =
    [
        ["raw", "mangle", "nat"],
        ["mangle", "filter", "security", "nat"],
        ["mangle", "filter", "security"],
        ["raw", "mangle", "nat", "filter", "security"],
        ["mangle", "nat"],
    ];

    private readonly List<SymbolicChain> _chains = [];
    private readonly Dictionary<Chain, int> _byChain = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(int Ruleset, string Table, string Chain), int> _unshown = [];
    private readonly RuleTargets _targets = new();

    public ChainTable(IReadOnlyList<Ruleset> rulesets, IReadOnlyList<AddressSet> sets, NodeAddresses? addresses)
    {
        Rulesets = rulesets;
        // a look at every rule is dear where one port of a large node is asked for, and such nodes have no rules that change sets
        var isSmall = rulesets.Sum(r => r.Tables.Sum(t => t.Chains.Sum(c => c.Rules.Count))) <= 20_000;
        Checks = new(new SetCompiler(sets, isSmall ? rulesets : []), addresses);
    }

    public IReadOnlyList<Ruleset> Rulesets { get; }

    public RuleChecks Checks { get; }

    public SymbolicChain this[int number] => _chains[number];

    /// <summary>The action of a nat rule.</summary>
    public NatAction NatOf(in CompiledRule rule) => _targets.Nats[rule.Operand];

    /// <summary>What an unknown target or a queue depends on.</summary>
    public string TextOf(in CompiledRule rule) => _targets.Texts[rule.Operand];

    /// <summary>Base chains of a hook, in the kernel's order, raw first.</summary>
    public IEnumerable<SymbolicChain> StepsOf(Hook hook)
    {
        foreach (var table in _order[(int)hook])
        {
            for (var i = 0; i < Rulesets.Count; i++)
            {
                if (Find(i, table, _baseChains[(int)hook]) is { Source.Source.IsShown: true } chain)
                {
                    yield return chain;
                }
            }
        }
    }

    /// <summary>The hook that a base chain's name stands for; null for other names.</summary>
    public static Hook? HookOf(string chain) => Array.IndexOf(_baseChains, chain) is >= 0 and var hook ? (Hook)hook : null;

    /// <summary>The chain; null where the ruleset has none of that name. The first of two tables with one name counts.</summary>
    public SymbolicChain? Find(int ruleset, string table, string chain) =>
        Rulesets[ruleset].Find(table) is { } found && found.Find(chain) is { } source ? Of(ruleset, found, source) : null;

    /// <summary>The rule, prepared.</summary>
    public ref readonly CompiledRule Prepare(SymbolicChain chain, int number)
    {
        chain.Rules ??= new CompiledRule[chain.Source.Count];
        ref var rule = ref chain.Rules[number];
        if (rule.Chain == 0)
        {
            var source = chain.RuleAt(number);
            rule.Chain = chain.Number + 1;
            rule.First = Checks.Checks.Count;
            Checks.Add(source, Rulesets[chain.Source.Ruleset].Family, chain.Source, number + 1);
            rule.End = Checks.Checks.Count;
            _targets.Set(ref rule, source.Target, name => FindOrAdd(chain.Source, name));
        }
        return ref rule;
    }

    /// <summary>
    /// Rules that may match at a point, in order; null: look at each. The first question looks at each, since an index costs more than
    /// that; the second makes the index.
    /// </summary>
    public static List<int>? Candidates(SymbolicChain chain, HookPoint point)
    {
        var count = chain.Source.Count;
        // a bridged packet without a known input port passes every --physdev-in: the index would hide those rules
        if (count < IndexFrom || point.HasBridge && point.PhysicalIn is null || chain.Visits++ == 0)
        {
            return null;
        }
        if (chain.Index is null)
        {
            chain.Index = new();
            for (var i = 0; i < count; i++)
            {
                chain.Index.Add(i, RulesetCompiler.DeviceMatchesOf(chain.RuleAt(i)) ?? []);
            }
        }
        return chain.Index.Find(point);
    }

    /// <summary>Devices that some rule asks for.</summary>
    public static IEnumerable<InterfaceName> DevicesIn(IEnumerable<Ruleset> rulesets)
    {
        foreach (var ruleset in rulesets)
        {
            foreach (var table in ruleset.Tables)
            {
                foreach (var chain in table.Chains)
                {
                    foreach (var rule in chain.Rules)
                    {
                        foreach (var match in rule.Matches)
                        {
                            switch (match)
                            {
                                case InterfaceMatch m:
                                    yield return m.Interface;
                                    break;
                                case PhysdevMatch m:
                                    if (m.In is { } physicalIn)
                                    {
                                        yield return physicalIn.Value;
                                    }
                                    if (m.Out is { } physicalOut)
                                    {
                                        yield return physicalOut.Value;
                                    }
                                    break;
                            }
                        }
                    }
                }
            }
        }
    }

    /// <summary>Some rule looks at connections, so the kernel tracks the family's packets and puts fragments together first.</summary>
    public static bool UsesConntrack(IEnumerable<Ruleset> rulesets)
    {
        foreach (var ruleset in rulesets)
        {
            foreach (var table in ruleset.Tables)
            {
                if (table.Name == "nat")
                {
                    return true;
                }
                foreach (var chain in table.Chains)
                {
                    foreach (var rule in chain.Rules)
                    {
                        if (rule.Target is ConnmarkTarget or CtTarget { IsNotrack: false } or AddressNatTarget or RedirectTarget
                            or MasqueradeTarget or UnknownTarget { Name: "NETMAP" })
                        {
                            return true;
                        }
                        foreach (var match in rule.Matches)
                        {
                            if (match is StateMatch or ConntrackMatch or ConnmarkMatch)
                            {
                                return true;
                            }
                        }
                    }
                }
            }
        }
        return false;
    }

    /// <summary>A chain that nobody declared is one that nobody showed.</summary>
    private int FindOrAdd(CompiledChain from, string name)
    {
        if (from.Table.Find(name) is { } source)
        {
            return Of(from.Ruleset, from.Table, source).Number;
        }
        if (!_unshown.TryGetValue((from.Ruleset, from.Table.Name, name), out var found))
        {
            found = Of(from.Ruleset, from.Table, new() { Name = name, IsShown = false }).Number;
            _unshown[(from.Ruleset, from.Table.Name, name)] = found;
        }
        return found;
    }

    private SymbolicChain Of(int ruleset, Table table, Chain chain)
    {
        if (_byChain.TryGetValue(chain, out var number) && _chains[number].Source.Ruleset == ruleset)
        {
            return _chains[number];
        }
        var isBase = Array.IndexOf(_baseChains, chain.Name) >= 0;
        var added = new SymbolicChain(_chains.Count, new()
        {
            Source = chain,
            Table = table,
            Ruleset = ruleset,
            IsBase = isBase,
            IsNft = Rulesets[ruleset].Printer?.Contains("nf_tables", StringComparison.Ordinal) == true,
            Policy = isBase ? chain.Policy ?? Verdict.Accept : null,
        });
        _chains.Add(added);
        _byChain[chain] = added.Number;
        return added;
    }
}
