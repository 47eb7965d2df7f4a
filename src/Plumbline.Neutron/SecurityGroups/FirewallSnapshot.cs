using System.Globalization;
using System.Text;

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
    public int CountUses(string set) => Chains("filter").Where(c => IsOurs(c.Key) && c.Value.Mentions($"--match-set {set} "))
        .Sum(c => c.Value.Rules.Count(r => r.Contains($"--match-set {set} ", StringComparison.Ordinal)));

    /// <summary>Reads a save.</summary>
    public static FirewallSnapshot Parse(string saved, bool ipv6, string wrap) => Parse(Encoding.UTF8.GetBytes(saved), ipv6, wrap);

    /// <summary>Reads a save as it came, which stays in use.</summary>
    public static FirewallSnapshot Parse(ReadOnlyMemory<byte> saved, bool ipv6, string wrap)
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
        var zones = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, chain) in Chains("raw"))
        {
            if (!IsOurs(name))
            {
                continue;
            }
            foreach (var rule in new SavedRules(chain.Saved))
            {
                var said = rule.IndexOf("\"Set zone for "u8);
                var zone = rule.LastIndexOf("--zone "u8);
                if (said < 0 || zone < 0 || !int.TryParse(rule[(zone + "--zone ".Length)..], CultureInfo.InvariantCulture, out var number))
                {
                    continue;
                }
                var port = rule[(said + "\"Set zone for ".Length)..];
                if (port.IndexOf((byte)'"') is var end and >= 0)
                {
                    zones[Encoding.UTF8.GetString(port[..end])] = number;
                }
            }
        }
        Zones = zones;
    }

    private void ReadSets()
    {
        var sets = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, chain) in Chains("filter"))
        {
            if (!IsOurs(name))
            {
                continue;
            }
            var rest = chain.Saved;
            while (rest.IndexOf("--match-set "u8) is var at and >= 0)
            {
                rest = rest[(at + "--match-set ".Length)..];
                var end = rest.IndexOfAny((byte)' ', (byte)'\n');
                sets.Add(Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]));
            }
        }
        Sets = sets;
    }
}
