using System.Runtime.InteropServices;

namespace Plumbline.Neutron.SecurityGroups;

/// <summary>Chains of one table under construction. Of equal rules in one chain the last one stays, as in Neutron's pass.</summary>
internal sealed class ChainTable(string name, int chains = 0)
{
    // lists, under the type that the finished table has
    private readonly Dictionary<string, IReadOnlyList<string>> _chains = new(chains, StringComparer.Ordinal);

    public string Name => name;

    /// <summary>A chain's rules; lists, which other tables may hold too, so that they are only read.</summary>
    public IEnumerable<KeyValuePair<string, List<string>>> Chains => _chains.Select(c => KeyValuePair.Create(c.Key, (List<string>)c.Value));

    /// <summary>The rules of a chain, which there is from now on.</summary>
    public List<string> Declare(string chain)
    {
        ref var rules = ref CollectionsMarshal.GetValueRefOrAddDefault(_chains, chain, out _);
        return (List<string>)(rules ??= new List<string>());
    }

    public void Add(string chain, string rule) => Declare(chain).Add(rule);

    /// <summary>Makes a new chain of a list that is not changed any more.</summary>
    public void Share(string chain, List<string> rules) => _chains.Add(chain, rules);

    /// <summary>Adds a copy of the rules to a chain, which there is from now on.</summary>
    /// <param name="chain">Its name.</param>
    /// <param name="rules">In order.</param>
    /// <param name="mayRepeat">One of them may be there twice.</param>
    public void Append(string chain, List<string> rules, bool mayRepeat)
    {
        ref var whole = ref CollectionsMarshal.GetValueRefOrAddDefault(_chains, chain, out var existed);
        List<string> all = existed ? [.. whole!, .. rules] : new(rules);
        whole = all;
        if (existed || mayRepeat)
        {
            KeepLast(all);
        }
    }

    /// <summary>The finished table, which holds the same lists.</summary>
    public IptablesTable ToTable() => new(name, _chains);

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
