using System.Globalization;
using System.Text;

namespace Plumbline.Node.Sources;

internal sealed partial class ChainReader
{
    /// <summary>In the form of iptables-save.</summary>
    private static string Text(List<TableReading> tables)
    {
        var text = new StringBuilder();
        foreach (var table in tables)
        {
            text.Append('*').Append(table.Name).Append('\n');
            var rules = new StringBuilder();
            foreach (var (name, read) in table.Read)
            {
                var counters = read?.Append(rules, name) ?? "[0:0]";
                var chain = table.Known[name];
                var policy = chain.Hook is null ? "-" : chain.IsDropping ? "DROP" : "ACCEPT";
                text.Append(CultureInfo.InvariantCulture, $":{name} {policy} {counters}\n");
            }
            // chains of other devices' packets: there, but not read
            foreach (var chain in table.Known.Keys)
            {
                if (!table.Read.ContainsKey(chain))
                {
                    text.Append(':').Append(chain).Append(" - [0:0]\n");
                }
            }
            text.Append(rules).Append("COMMIT\n");
        }
        return text.ToString();
    }
}
