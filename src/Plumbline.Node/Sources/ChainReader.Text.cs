using System.Globalization;
using System.Text;

namespace Plumbline.Node.Sources;

internal sealed partial class ChainReader
{
    /// <summary>
    /// In the form of iptables-save. In place of a rule that asks for another device stands one that asks for none that can exist, so that the
    /// others keep their numbers: where each of thousands of devices has its own, reading these is what takes time.
    /// </summary>
    private static string Text(List<TableReading> tables, IReadOnlySet<string> devices)
    {
        var text = new StringBuilder();
        foreach (var table in tables)
        {
            text.Append('*').Append(table.Name).Append('\n');
            var rules = new StringBuilder();
            var declared = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (name, answer) in table.Read)
            {
                declared.Add(name);
                var counters = "[0:0]";
                foreach (var line in (answer ?? "").AsSpan().EnumerateLines())
                {
                    if (line.StartsWith("-P "))
                    {
                        counters = CountersOf(line, out _) ?? counters;
                    }
                    else if (line.StartsWith("-A ") && IsOfOthers(line, devices, out _))
                    {
                        rules.Append("[0:0] -A ").Append(name).Append(" -i ").Append(NoDevice).Append('\n');
                    }
                    else if (line.StartsWith("-A "))
                    {
                        var rule = CountersOf(line, out var without);
                        rules.Append(rule ?? "[0:0]").Append(' ').Append(without).Append('\n');
                    }
                }
                var chain = table.Known[name];
                text.Append(CultureInfo.InvariantCulture, $":{name} {(chain.Hook is null ? "-" : chain.IsDropping ? "DROP" : "ACCEPT")} {counters}\n");
            }
            // chains of other devices' packets: there, but not read
            foreach (var chain in table.Known.Keys)
            {
                if (!declared.Contains(chain))
                {
                    text.Append(':').Append(chain).Append(" - [0:0]\n");
                }
            }
            text.Append(rules).Append("COMMIT\n");
        }
        return text.ToString();
    }

    /// <summary><c>-c PACKETS BYTES</c>, the last such outside quotation marks, as <c>[PACKETS:BYTES]</c>.</summary>
    internal static string? CountersOf(ReadOnlySpan<char> line, out string without)
    {
        var end = line.LastIndexOf('"') + 1;
        for (var at = line.LastIndexOf(" -c "); at >= 0; at = line[..at].LastIndexOf(" -c "))
        {
            // comments are quoted where they have blanks, and " -c 1 2" has some
            var isQuoted = at < end && Quotes(line[..at]) % 2 == 1;
            var words = new WordReader(line[(at + 4)..]);
            var packets = words.Next();
            var bytes = words.Next();
            if (!isQuoted && long.TryParse(packets, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
                && long.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out var second))
            {
                var length = 4 + packets.Length + 1 + bytes.Length;
                without = string.Concat(line[..at], line[(at + length)..]);
                return string.Create(CultureInfo.InvariantCulture, $"[{first}:{second}]");
            }
        }
        without = line.ToString();
        return null;
    }

    private static int Quotes(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            count += text[i] == '"' && (i == 0 || text[i - 1] != '\\') ? 1 : 0;
        }
        return count;
    }
}
