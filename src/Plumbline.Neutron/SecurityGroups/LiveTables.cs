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
    public static LiveTables Parse(string text) => Parse(Encoding.UTF8.GetBytes(text));

    /// <summary>As <see cref="Parse(string)"/>, of the text as it came, which stays in use.</summary>
    public static LiveTables Parse(ReadOnlyMemory<byte> text)
    {
        var tables = new LiveTables();
        Dictionary<string, LiveChain>? table = null;
        LiveChain? last = null;
        ReadOnlySpan<byte> lastName = [];
        var all = text.Span;
        for (int start = 0, end; start < all.Length; start = end)
        {
            var length = all[start..].IndexOf((byte)'\n');
            end = length < 0 ? all.Length : start + length + 1;
            var line = all[start..end].Trim(" \t\r\n"u8);
            if (line.IsEmpty || line[0] == '#')
            {
                continue;
            }
            if (line[0] == '*')
            {
                tables._tables[Encoding.UTF8.GetString(line[1..])] = table = new(StringComparer.Ordinal);
                lastName = [];
            }
            else if (table is null)
            {
                continue;
            }
            else if (line[0] == ':')
            {
                AddChain(table, Encoding.UTF8.GetString(line[1..]));
            }
            else
            {
                SavedRules.RuleOf(line, out var name);
                if (name.IsEmpty)
                {
                    continue;
                }
                if (last is null || !name.SequenceEqual(lastName))
                {
                    lastName = name;
                    last = Require(table, Encoding.UTF8.GetString(name));
                }
                last.Add(text, start, end);
            }
        }
        return tables;
    }

    /// <summary>Adds the chain of a header: <c>NAME POLICY [packets:bytes]</c>.</summary>
    private static void AddChain(Dictionary<string, LiveChain> table, string header)
    {
        var end = header.IndexOf(' ');
        var policy = end < 0 ? "-" : header[(end + 1)..].Trim();
        var rest = policy.IndexOf(' ');
        table.TryAdd(end < 0 ? header : header[..end], new(rest < 0 ? policy : policy[..rest]));
    }

    private static LiveChain Require(Dictionary<string, LiveChain> table, string name)
    {
        if (!table.TryGetValue(name, out var chain))
        {
            table[name] = chain = new("-");
        }
        return chain;
    }

    /// <summary>The table, with its built-in chains where it is new.</summary>
    public Dictionary<string, LiveChain> Require(string name)
    {
        if (!_tables.TryGetValue(name, out var table))
        {
            _tables[name] = table = new(StringComparer.Ordinal);
            foreach (var chain in BuiltIn(name))
            {
                table.Add(chain, new("ACCEPT"));
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
