namespace Plumbline.Iptables.Simulation;

/// <summary>Lays rulesets out flat.</summary>
internal sealed class RulesetCompiler
{
    /// <summary>Below this many rules a look at each is cheaper than an index.</summary>
    private const int IndexFrom = 16;

    /// <summary>Tables by hook in the kernel's order (linux/netfilter_ipv4.h, NF_IP_PRI_*).</summary>
    private static readonly string[][] _order =
    [
        ["raw", "mangle", "nat"],
        ["mangle", "filter", "security", "nat"],
        ["mangle", "filter", "security"],
        ["raw", "mangle", "nat", "filter", "security"],
        ["mangle", "nat"],
    ];

    private static readonly string[] _baseChains = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"];

    public RulesetCompiler(IReadOnlyList<Ruleset> rulesets, IReadOnlyList<AddressSet> sets, NodeAddresses? addresses)
    {
        if (rulesets.Count == 0 || rulesets.Any(r => r.Family != rulesets[0].Family))
        {
            throw new ArgumentException("rulesets of one family", nameof(rulesets));
        }
        Family = rulesets[0].Family;
        Checks = new(new SetCompiler(sets, rulesets), addresses);
        for (var i = 0; i < rulesets.Count; i++)
        {
            foreach (var table in rulesets[i].Tables)
            {
                Declare(i, table, rulesets[i].Printer?.Contains("nf_tables", StringComparison.Ordinal) == true);
            }
        }
        for (var i = 0; i < Chains.Count; i++)
        {
            AddRules(i);
        }
        Steps = [.. _order.Select((tables, hook) => tables
            .SelectMany(t => Enumerable.Range(0, rulesets.Count).Select(r => (r, t, _baseChains[hook])))
            .Where(ByName.ContainsKey).Select(k => ByName[k]).Where(c => Chains[c].Source.IsShown).ToArray())];
        // one table of nat, be it empty, puts nat to work at all its hooks
        var hasNat = rulesets.Any(r => r.Find("nat") is not null);
        NatSteps = [.. _order.Select((tables, hook) => !hasNat || !tables.Contains("nat") ? (-1, -1) : (
            Steps[hook].TakeWhile(c => Array.IndexOf(tables, Chains[c].Table.Name) < Array.IndexOf(tables, "nat")).Count(),
            Steps[hook].TakeWhile(c => Array.IndexOf(tables, Chains[c].Table.Name) <= Array.IndexOf(tables, "nat")).Count()))];
        UsesConntrack = Checks.UsesConntrack || Targets.UsesConntrack || hasNat;
    }

    public IPFamily Family { get; }

    public List<CompiledChain> Chains { get; } = [];

    public List<CompiledRule> Rules { get; } = [];

    public RuleChecks Checks { get; }

    public RuleTargets Targets { get; } = new();

    public Dictionary<(int Ruleset, string Table, string Chain), int> ByName { get; } = [];

    public int[][] Steps { get; }

    public (int First, int End)[] NatSteps { get; }

    public int PathSlots { get; private set; }

    public bool UsesConntrack { get; }

    private void Declare(int ruleset, Table table, bool isNft)
    {
        foreach (var chain in table.Chains)
        {
            if (!ByName.TryAdd((ruleset, table.Name, chain.Name), Chains.Count))
            {
                continue;
            }
            var isBase = Array.IndexOf(_baseChains, chain.Name) >= 0;
            Chains.Add(new()
            {
                Source = chain,
                Table = table,
                Ruleset = ruleset,
                IsBase = isBase,
                IsNft = isNft,
                Policy = isBase ? chain.Policy ?? Verdict.Accept : null,
            });
        }
    }

    private void AddRules(int number)
    {
        var chain = Chains[number];
        chain.FirstRule = Rules.Count;
        var count = chain.Source.Rules.Count;
        Match[][]? devices = null;
        for (var i = 0; i < count; i++)
        {
            var rule = chain.Source.Rules[i];
            var compiled = new CompiledRule { Chain = number, First = Checks.Checks.Count };
            // a rule's occurrence names tests with a memory; most rules have none, so no text is made for them here
            Checks.Add(rule, Family, chain, i + 1);
            compiled.End = Checks.Checks.Count;
            SetQuick(ref compiled);
            Targets.Set(ref compiled, rule.Target, name => FindOrAdd(chain, name));
            Rules.Add(compiled);
            if (DeviceMatchesOf(rule) is { } matches)
            {
                if (devices is null)
                {
                    devices = new Match[count][];
                    Array.Fill(devices, []);
                }
                devices[i] = matches;
            }
        }
        if (devices is null)
        {
            return;
        }
        chain.DeviceMatches = devices;
        chain.PathSlot = PathSlots++;
        if (count >= IndexFrom)
        {
            chain.Index = new();
            for (var i = 0; i < count; i++)
            {
                chain.Index.Add(i, devices[i]);
            }
        }
    }

    private void SetQuick(ref CompiledRule rule)
    {
        (rule.States, rule.PortLast) = (byte.MaxValue, ushort.MaxValue);
        var seen = 0;
        for (var i = rule.First; i < rule.End; i++)
        {
            var check = Checks.Checks[i];
            var kind = 1 << (int)check.Kind;
            if (!RuleChecks.IsQuick(in check) || (seen & kind) != 0)
            {
                return;
            }
            seen |= kind;
            rule.Quick++;
            switch (check.Kind)
            {
                case CheckKind.Protocol:
                    rule.Protocol = (byte)check.A;
                    break;
                case CheckKind.State:
                    rule.States = (byte)check.A;
                    break;
                default:
                    (rule.PortFirst, rule.PortLast) = ((ushort)check.A, (ushort)check.B);
                    break;
            }
        }
    }

    /// <summary>What a rule asks of devices; null where nothing.</summary>
    internal static Match[]? DeviceMatchesOf(Rule rule)
    {
        List<Match>? found = null;
        foreach (var match in rule.Matches)
        {
            if (match is InInterfaceMatch or OutInterfaceMatch or PhysdevMatch)
            {
                (found ??= []).Add(match);
            }
        }
        return found?.ToArray();
    }

    /// <summary>A chain that nobody declared is one that nobody showed.</summary>
    private int FindOrAdd(CompiledChain from, string name)
    {
        if (ByName.TryGetValue((from.Ruleset, from.Table.Name, name), out var found))
        {
            return found;
        }
        Chains.Add(new() { Source = new() { Name = name, IsShown = false }, Table = from.Table, Ruleset = from.Ruleset });
        return ByName[(from.Ruleset, from.Table.Name, name)] = Chains.Count - 1;
    }
}
