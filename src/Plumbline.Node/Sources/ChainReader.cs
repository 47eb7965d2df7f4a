using System.Globalization;
using System.Text;
using Plumbline.Linux;
using Plumbline.Linux.Netlink;
using Plumbline.Linux.Processes;

namespace Plumbline.Node.Sources;

/// <summary>
/// Reads of iptables' rules (nf_tables back end) what packets by a few devices can meet: the base chains, and from there each chain that is
/// jumped to by a rule which does not ask for another device. Where a node has tens of thousands of rules, that is a twentieth of the time
/// of iptables-save. The chains that are read are whole, so that rules keep their numbers.
/// </summary>
internal static class ChainReader
{
    private const int MostAtOnce = 4;
    private const int FamilyIPv4 = 2;
    private const int FamilyIPv6 = 10;

    private static readonly string[] _tables = ["raw", "mangle", "nat", "filter", "security"];

    /// <summary>The text in the form of iptables-save; null where it is to be had otherwise only: by iptables-save, or of the old back end.</summary>
    public static async Task<string?> ReadAsync(
        NetworkNamespace? place, bool isIPv6, IReadOnlySet<string> devices, CancellationToken cancellationToken)
    {
        if (Programs.Find(isIPv6 ? "ip6tables" : "iptables") is not { } program || IsLegacy(program))
        {
            return null;
        }
        IReadOnlyList<NetfilterChain> known;
        try
        {
            known = RouteNetlink.ListNetfilterChains(place);
        }
        catch (LinuxException)
        {
            return null;    // iptables-save will say why
        }
        var tables = new List<TableReading>();
        foreach (var name in _tables)
        {
            var chains = new Dictionary<string, NetfilterChain>(StringComparer.Ordinal);
            foreach (var chain in known)
            {
                if (chain.Family == (isIPv6 ? FamilyIPv6 : FamilyIPv4) && chain.Table == name)
                {
                    chains.TryAdd(chain.Name, chain);
                }
            }
            if (chains.Count > 0)
            {
                tables.Add(new(name, chains));
            }
        }
        return await ReadLevelsAsync(place, program, tables, devices, cancellationToken) ? Text(tables) : null;
    }

    /// <summary>From the base chains down, all of one depth side by side. False where a chain could not be read.</summary>
    private static async Task<bool> ReadLevelsAsync(
        NetworkNamespace? place, string program, List<TableReading> tables, IReadOnlySet<string> devices, CancellationToken cancellationToken)
    {
        var level = new List<(TableReading Table, string Chain)>();
        foreach (var table in tables)
        {
            foreach (var chain in table.Known.Values)
            {
                if (chain.Hook is not null)
                {
                    table.Read[chain.Name] = null;
                    if (chain.Use > 0)
                    {
                        level.Add((table, chain.Name));
                    }
                }
            }
        }
        while (level.Count > 0)
        {
            var answers = new string?[level.Count];
            var now = level;
            await Parallel.ForAsync(
                0,
                now.Count,
                new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = cancellationToken },
                async (i, token) =>
                {
                    var result = await CommandRunner.RunAsync(
                        place, program, ["-w", "-v", "-t", now[i].Table.Name, "-S", now[i].Chain], null, null, token);
                    answers[i] = result.ExitCode == 0 ? result.Output : null;
                });
            level = [];
            for (var i = 0; i < now.Count; i++)
            {
                var (table, chain) = now[i];
                if (answers[i] is not { } text)
                {
                    return false;
                }
                table.Read[chain] = text;
                foreach (var target in TargetsOf(text, devices))
                {
                    if (table.Known.ContainsKey(target) && table.Read.TryAdd(target, null))
                    {
                        level.Add((table, target));
                    }
                }
            }
        }
        return true;
    }

    /// <summary>Where rules jump to that may be about one of the devices.</summary>
    internal static IEnumerable<string> TargetsOf(string text, IReadOnlySet<string> devices)
    {
        var targets = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            if (TargetOf(line, devices) is { } target)
            {
                targets.Add(target);
            }
        }
        return targets;
    }

    private static string? TargetOf(ReadOnlySpan<char> line, IReadOnlySet<string> devices)
    {
        ReadOnlySpan<char> option = default;
        var isInverted = false;
        string? target = null;
        var words = new WordReader(line);
        while (words.Next() is { IsEmpty: false } word)
        {
            switch (option)
            {
                // a trailing + stands for any rest of a name
                case "--physdev-in" or "--physdev-out" or "-i" or "-o" when !isInverted && !word.EndsWith("+") && !Contains(devices, word):
                    return null;
                case "-j" or "-g":
                    target = word.ToString();
                    break;
            }
            isInverted = word is "!" || isInverted && word[0] == '-' && option is "!";
            option = word;
        }
        return target;
    }

    private static bool Contains(IReadOnlySet<string> devices, ReadOnlySpan<char> name)
    {
        foreach (var device in devices)
        {
            if (name.SequenceEqual(device))
            {
                return true;
            }
        }
        return false;
    }

    private static string Text(List<TableReading> tables)
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

    private static bool IsLegacy(string program) =>
        Path.GetFileName(File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName ?? program).Contains("legacy", StringComparison.Ordinal);

    /// <summary>A table: the chains that it has, and what was printed of those that were asked for (null: not asked, it has no rules).</summary>
    private sealed record TableReading(string Name, Dictionary<string, NetfilterChain> Known)
    {
        public Dictionary<string, string?> Read { get; } = new(StringComparer.Ordinal);
    }
}
