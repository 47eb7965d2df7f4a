using System.Runtime.InteropServices;

namespace Plumbline.Neutron.SecurityGroups;

/// <summary>Chains of one table under construction. Of equal rules in one chain the last one stays, as in Neutron's pass.</summary>
internal sealed class ChainTable(string name)
{
    private readonly Dictionary<string, List<string>> _chains = new(StringComparer.Ordinal);

    public string Name => name;

    public Dictionary<string, List<string>> Chains => _chains;

    /// <summary>The rules of a chain, which there is from now on.</summary>
    public List<string> Declare(string chain, out bool existed)
    {
        ref var rules = ref CollectionsMarshal.GetValueRefOrAddDefault(_chains, chain, out existed);
        return rules ??= new(16);
    }

    public List<string> Declare(string chain) => Declare(chain, out _);

    public void Add(string chain, string rule) => Declare(chain).Add(rule);

    public IptablesTable ToTable()
    {
        var chains = new Dictionary<string, IReadOnlyList<string>>(_chains.Count, StringComparer.Ordinal);
        foreach (var (chain, rules) in _chains)
        {
            chains.Add(chain, rules);
        }
        return new(name, chains);
    }

    /// <summary>Leaves out each rule that comes again further down.</summary>
    public static void KeepLast(List<string> rules)
    {
        var seen = new HashSet<string>(rules.Count, StringComparer.Ordinal);
        var write = rules.Count;
        for (var read = rules.Count - 1; read >= 0; read--)
        {
            if (seen.Add(rules[read]))
            {
                rules[--write] = rules[read];
            }
        }
        rules.RemoveRange(0, write);
    }
}
