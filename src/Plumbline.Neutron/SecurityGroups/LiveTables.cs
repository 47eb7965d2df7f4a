using System.Text;

namespace Plumbline.Neutron.SecurityGroups;

/// <summary>The tables of one family in a kernel of our imagination: read from a save, changed by passes, saved again.</summary>
internal sealed class LiveTables
{
    private static readonly string[] _order = ["raw", "mangle", "nat", "filter", "security"];

    private readonly Dictionary<string, Dictionary<string, LiveChain>> _tables = new(StringComparer.Ordinal);

    /// <summary>The chains of a table, in order of appearance; null where the table does not exist.</summary>
    public Dictionary<string, LiveChain>? Find(string table) => _tables.GetValueOrDefault(table);

    /// <summary>Reads <c>iptables-save</c>'s text, with or without counters.</summary>
    public static LiveTables Parse(string text)
    {
        var tables = new LiveTables();
        Dictionary<string, LiveChain>? table = null;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var trimmed = line.Trim();
            if (trimmed.IsEmpty || trimmed[0] == '#')
            {
                continue;
            }
            if (trimmed[0] == '*')
            {
                tables._tables[trimmed[1..].ToString()] = table = new(StringComparer.Ordinal);
            }
            else if (table is not null && trimmed[0] == ':')
            {
                var rest = trimmed[1..];
                var end = rest.IndexOf(' ');
                var name = (end < 0 ? rest : rest[..end]).ToString();
                var policy = end < 0 ? "-" : rest[(end + 1)..].Trim().ToString().Split(' ')[0];
                table.TryAdd(name, new(policy, []));
            }
            else if (table is not null)
            {
                var rule = trimmed[0] == '[' && trimmed.IndexOf("] ") is var close and > 0 ? trimmed[(close + 2)..] : trimmed;
                if (rule.StartsWith("-A "))
                {
                    var rest = rule[3..];
                    var end = rest.IndexOf(' ');
                    var name = (end < 0 ? rest : rest[..end]).ToString();
                    if (!table.TryGetValue(name, out var chain))
                    {
                        table[name] = chain = new("-", []);
                    }
                    chain.Rules.Add(end < 0 ? "" : rest[(end + 1)..].ToString());
                }
            }
        }
        return tables;
    }

    /// <summary>The table, with its built-in chains where it is new.</summary>
    public Dictionary<string, LiveChain> Require(string name)
    {
        if (!_tables.TryGetValue(name, out var table))
        {
            _tables[name] = table = new(StringComparer.Ordinal);
            foreach (var chain in BuiltIn(name))
            {
                table.Add(chain, new("ACCEPT", []));
            }
        }
        return table;
    }

    /// <summary>Chains that a table has from the beginning.</summary>
    public static IReadOnlyList<string> BuiltIn(string table) => table switch
    {
        "raw" => ["PREROUTING", "OUTPUT"],
        "nat" => ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
        "mangle" => ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
        _ => ["INPUT", "FORWARD", "OUTPUT"],
    };

    /// <summary>As iptables-save prints it, counters zero: built-in chains first, the others sorted.</summary>
    public string ToSaveText()
    {
        var text = new StringBuilder();
        foreach (var (name, table) in _tables.OrderBy(t => Array.IndexOf(_order, t.Key) is var at and >= 0 ? at : _order.Length))
        {
            text.Append('*').Append(name).Append('\n');
            string[] chains =
            [
                .. BuiltIn(name).Where(table.ContainsKey),
                .. table.Keys.Where(c => !BuiltIn(name).Contains(c)).Order(StringComparer.Ordinal),
            ];
            foreach (var chain in chains)
            {
                text.Append(':').Append(chain).Append(' ').Append(table[chain].Policy).Append(" [0:0]\n");
            }
            foreach (var chain in chains)
            {
                foreach (var rule in table[chain].Rules)
                {
                    text.Append("-A ").Append(chain);
                    if (rule.Length > 0)
                    {
                        text.Append(' ').Append(rule);
                    }
                    text.Append('\n');
                }
            }
            text.Append("COMMIT\n");
        }
        return text.ToString();
    }
}
