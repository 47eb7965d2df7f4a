using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

/// <summary>
/// The chains of rulesets that act together. A question about one port of a node with 143,000 rules touches some forty of them, so
/// nothing is prepared before it is asked for.
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
    private readonly Dictionary<(int Ruleset, string Table, string Chain), int> _byName = [];
    private readonly RuleTargets _targets = new();

    public ChainTable(IReadOnlyList<Ruleset> rulesets, IReadOnlyList<AddressSet> sets, NodeAddresses? addresses)
    {
        Rulesets = rulesets;
        Checks = new(new SetCompiler(sets), addresses);
        for (var i = 0; i < rulesets.Count; i++)
        {
            foreach (var table in rulesets[i].Tables)
            {
                _byName.EnsureCapacity(_byName.Count + table.Chains.Count);
                foreach (var chain in table.Chains)
                {
                    if (_byName.TryAdd((i, table.Name, chain.Name), _chains.Count))
                    {
                        Add(i, table, chain);
                    }
                }
            }
        }
    }

    public IReadOnlyList<Ruleset> Rulesets { get; }

    public RuleChecks Checks { get; }

    public int Count => _chains.Count;

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

    public SymbolicChain? Find(int ruleset, string table, string chain) =>
        _byName.TryGetValue((ruleset, table, chain), out var number) ? _chains[number] : null;

    /// <summary>The chain with its rules prepared.</summary>
    public SymbolicChain Prepare(int number)
    {
        var chain = _chains[number];
        if (chain.Rules is not null)
        {
            return chain;
        }
        var source = chain.Source.Source.Rules;
        var rules = new CompiledRule[source.Count];
        for (var i = 0; i < rules.Length; i++)
        {
            ref var rule = ref rules[i];
            rule.Chain = number;
            rule.First = Checks.Checks.Count;
            Checks.Add(source[i], Rulesets[chain.Source.Ruleset].Family, chain.Source, i + 1);
            rule.End = Checks.Checks.Count;
            _targets.Set(ref rule, source[i].Target, name => FindOrAdd(chain.Source, name));
            if (RulesetCompiler.DeviceMatchesOf(source[i]) is { } matches)
            {
                if (chain.DeviceMatches is null)
                {
                    chain.DeviceMatches = new Match[rules.Length][];
                    Array.Fill(chain.DeviceMatches, []);
                }
                chain.DeviceMatches[i] = matches;
            }
        }
        if (chain.DeviceMatches is not null && rules.Length >= IndexFrom)
        {
            chain.Index = new();
            for (var i = 0; i < rules.Length; i++)
            {
                chain.Index.Add(i, chain.DeviceMatches[i]);
            }
        }
        chain.Rules = rules;
        return chain;
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
        if (_byName.TryGetValue((from.Ruleset, from.Table.Name, name), out var found))
        {
            return found;
        }
        _byName[(from.Ruleset, from.Table.Name, name)] = _chains.Count;
        return Add(from.Ruleset, from.Table, new() { Name = name, IsShown = false }).Number;
    }

    private SymbolicChain Add(int ruleset, Table table, Chain chain)
    {
        var isBase = Array.IndexOf(_baseChains, chain.Name) >= 0;
        var added = new SymbolicChain(_chains.Count, new()
        {
            Source = chain,
            Table = table,
            Ruleset = ruleset,
            IsBase = isBase,
            Policy = isBase ? chain.Policy ?? Verdict.Accept : null,
        });
        _chains.Add(added);
        return added;
    }
}
