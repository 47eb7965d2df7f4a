using System.Text;

namespace Plumbline.Neutron.SecurityGroups;

/// <summary>Counters of an earlier save for rules that are made again, written as iptables' own <c>-c PACKETS BYTES</c>.</summary>
internal static class KeptCounters
{
    /// <summary>Gives each rule of an <c>iptables-restore</c> text the counters that it had; one that had none begins at 0.</summary>
    public static string AddTo(string restoreText, FirewallSnapshot earlier)
    {
        var output = new StringBuilder(restoreText.Length * 9 / 8);
        var known = new Dictionary<(string Table, string Chain), Dictionary<string, Queue<string>>>();
        var table = "";
        foreach (var line in restoreText.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            output.Append(line);
            if (line[0] == '*')
            {
                table = line[1..];
            }
            else if (RuleOf(line, out var chain) is { } rule && CountersOf(table, chain).TryGetValue(BulkForm.Back(rule), out var counters)
                && counters.TryDequeue(out var value))
            {
                output.Append(value);
            }
            output.Append('\n');
        }
        return output.ToString();

        Dictionary<string, Queue<string>> CountersOf(string table, string chain)
        {
            if (!known.TryGetValue((table, chain), out var counters))
            {
                known[(table, chain)] = counters = Read(earlier.Chains(table).GetValueOrDefault(chain));
            }
            return counters;
        }
    }

    /// <summary>The rule of <c>-A CHAIN RULE</c> or <c>-I CHAIN NUMBER RULE</c>; null where the line adds none.</summary>
    private static string? RuleOf(string line, out string chain)
    {
        chain = "";
        var isInserted = line.StartsWith("-I ", StringComparison.Ordinal);
        if (!isInserted && !line.StartsWith("-A ", StringComparison.Ordinal))
        {
            return null;
        }
        var end = line.IndexOf(' ', 3);
        if (end < 0)
        {
            return null;
        }
        chain = line[3..end];
        var start = isInserted ? line.IndexOf(' ', end + 1) : end;
        return start < 0 ? null : line[(start + 1)..];
    }

    private static Dictionary<string, Queue<string>> Read(LiveChain? chain)
    {
        var counters = new Dictionary<string, Queue<string>>(StringComparer.Ordinal);
        foreach (var (rule, value) in chain?.Counted() ?? [])
        {
            var key = BulkForm.Back(rule);
            if (!counters.TryGetValue(key, out var values))
            {
                counters[key] = values = new();
            }
            values.Enqueue(value);
        }
        return counters;
    }
}
