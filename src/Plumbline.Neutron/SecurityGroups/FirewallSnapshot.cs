namespace Plumbline.Neutron.SecurityGroups;

/// <summary>The tables of one family as <c>iptables-save</c> showed them, and what of them is a Neutron driver's.</summary>
public sealed class FirewallSnapshot
{
    /// <summary>The chain that says who applied these rules. A real agent's pass empties it, since its rule names the agent's prefix.</summary>
    public const string MarkChain = "plumb-applied";

    private readonly LiveTables _tables;

    private FirewallSnapshot(LiveTables tables, string wrap, bool ipv6)
    {
        _tables = tables;
        Wrap = wrap;
        IsIPv6 = ipv6;
    }

    /// <summary>The wrap prefix that makes a chain the driver's.</summary>
    public string Wrap { get; }

    /// <summary>Its family.</summary>
    public bool IsIPv6 { get; }

    /// <summary>True where chains of the driver exist.</summary>
    public bool HasRules => Chains("filter").Any(c => IsOurs(c.Key)) || Chains("raw").Any(c => IsOurs(c.Key));

    /// <summary>True where our mark says that we applied them.</summary>
    public bool HasMark => Chains("filter").TryGetValue(MarkChain, out var mark) && mark.Rules.Any(r => r.Contains(Wrap, StringComparison.Ordinal));

    /// <summary>Conntrack zones by port UUID, as the raw table's comments tell them.</summary>
    public IReadOnlyDictionary<string, int> Zones { get; private set; } = new Dictionary<string, int>();

    /// <summary>Names of the sets that the driver's rules match.</summary>
    public IReadOnlySet<string> Sets { get; private set; } = new HashSet<string>();

    /// <summary>How many of the driver's rules match a set.</summary>
    public int CountUses(string set) => Chains("filter").Where(c => IsOurs(c.Key))
        .Sum(c => c.Value.Rules.Count(r => r.Contains($"--match-set {set} ", StringComparison.Ordinal)));

    /// <summary>Reads a save.</summary>
    public static FirewallSnapshot Parse(string saved, bool ipv6, string wrap)
    {
        var snapshot = new FirewallSnapshot(LiveTables.Parse(saved), wrap, ipv6);
        snapshot.ReadZones();
        snapshot.ReadSets();
        return snapshot;
    }

    internal LiveTables Tables => _tables;

    internal IReadOnlyDictionary<string, LiveChain> Chains(string table) =>
        _tables.Find(table) ?? (IReadOnlyDictionary<string, LiveChain>)new Dictionary<string, LiveChain>();

    /// <summary>True where a chain is the driver's, or our mark.</summary>
    internal bool IsOurs(string chain) => chain == MarkChain
        || (chain.Length > Wrap.Length && chain[Wrap.Length] == '-' && chain.StartsWith(Wrap, StringComparison.Ordinal));

    /// <summary>True where a rule jumps to a chain of the driver's.</summary>
    internal bool JumpsToOurs(string rule)
    {
        var at = rule.LastIndexOf("-j ", StringComparison.Ordinal);
        return at >= 0 && IsOurs(rule[(at + 3)..]);
    }

    private void ReadZones()
    {
        const string Said = "\"Set zone for ";
        var zones = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var rule in Chains("raw").Where(c => IsOurs(c.Key)).SelectMany(c => c.Value.Rules))
        {
            var at = rule.IndexOf(Said, StringComparison.Ordinal);
            var end = at < 0 ? -1 : rule.IndexOf('"', at + Said.Length);
            var zone = rule.LastIndexOf("--zone ", StringComparison.Ordinal);
            if (end > 0 && zone > 0 && int.TryParse(rule.AsSpan(zone + 7), out var number))
            {
                zones[rule[(at + Said.Length)..end]] = number;
            }
        }
        Zones = zones;
    }

    private void ReadSets()
    {
        const string Match = "--match-set ";
        var sets = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (chain, live) in Chains("filter"))
        {
            if (!IsOurs(chain))
            {
                continue;
            }
            foreach (var rule in live.Rules)
            {
                var at = rule.IndexOf(Match, StringComparison.Ordinal);
                if (at >= 0)
                {
                    var rest = rule.AsSpan(at + Match.Length);
                    var end = rest.IndexOf(' ');
                    sets.Add((end < 0 ? rest : rest[..end]).ToString());
                }
            }
        }
        Sets = sets;
    }
}
