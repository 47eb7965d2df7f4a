using System.Globalization;

namespace Plumbline.Iptables.Frames;

/// <summary>
/// Reads <c>nft list ruleset</c> (nft(8)): base chains with hook, device, priority and policy, chains of one's own, named sets, rules with
/// the conditions that a frame can answer. What is not understood stays as a condition that nobody can judge. Tables of iptables, ebtables and
/// arptables (their built-in chains are in capitals) are left to those.
/// </summary>
public static partial class NftParser
{
    private static readonly string[] _builtIn = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING", "BROUTING"];

    /// <summary>Reads a text; never throws for what it holds.</summary>
    /// <param name="text">As nft prints it.</param>
    public static NftRuleset Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bases = new List<NftBaseChain>();
        var chains = new Dictionary<(string, string), FrameChain>();
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (Header(lines[i]) is not var (family, table))
            {
                continue;
            }
            var end = EndOf(lines, i);
            if (!IsOfTools(lines, i, end))
            {
                ReadTable(lines.AsSpan(i + 1, Math.Max(0, end - i - 1)), family, table, bases, chains);
            }
            i = end;
        }
        return new([.. bases.OrderBy(b => b.Priority)], new(chains));
    }

    /// <summary>Family and name where a table begins.</summary>
    public static (string Family, string Table)? Header(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return words is ["table", "ip" or "ip6" or "inet" or "bridge" or "arp" or "netdev", var name, "{", ..] ? (words[1], name) : null;
    }

    /// <summary>The line of the closing brace of what begins in a line, or the last.</summary>
    public static int EndOf(IReadOnlyList<string> lines, int start)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var depth = 0;
        for (var i = start; i < lines.Count; i++)
        {
            var isQuoted = false;
            foreach (var character in lines[i])
            {
                isQuoted ^= character == '"';
                depth += isQuoted ? 0 : character == '{' ? 1 : character == '}' ? -1 : 0;
            }
            if (depth <= 0)
            {
                return i;
            }
        }
        return lines.Count - 1;
    }

    /// <summary>A table that iptables-nft, ebtables-nft or arptables-nft made: read in their words.</summary>
    public static bool IsOfTools(IReadOnlyList<string> lines, int start, int end)
    {
        ArgumentNullException.ThrowIfNull(lines);
        for (var i = start + 1; i < end && i < lines.Count; i++)
        {
            if (lines[i].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is ["chain", var name, ..] && _builtIn.Contains(name))
            {
                return true;
            }
        }
        return false;
    }

    private static void ReadTable(ReadOnlySpan<string> lines, string family, string table, List<NftBaseChain> bases, Dictionary<(string, string), FrameChain> chains)
    {
        var key = $"{family} {table}";
        var sets = new Dictionary<string, string>(StringComparer.Ordinal);
        string[] all = lines.ToArray();
        for (var pass = 0; pass < 2; pass++)
        {
            for (var i = 0; i < all.Length; i++)
            {
                var words = all[i].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
                if (words is not [var kind, var name, "{", ..])
                {
                    continue;
                }
                var end = EndOf(all, i);
                if (kind is "set" or "map" && pass == 0)
                {
                    sets[name] = ElementsOf(string.Join(' ', all[i..(end + 1)]));
                }
                else if (kind == "chain" && pass == 1)
                {
                    chains[(key, name)] = ReadChain(all.AsSpan(i + 1, Math.Max(0, end - i - 1)), family, table, name, sets, bases);
                }
                i = end;
            }
        }
    }

    private static string ElementsOf(string text)
    {
        var at = text.IndexOf("elements = {", StringComparison.Ordinal);
        var end = at < 0 ? -1 : text.IndexOf('}', at);
        return end < 0 ? "" : text[(at + "elements = {".Length)..end];
    }

    private static FrameChain ReadChain(
        ReadOnlySpan<string> lines, string family, string table, string name, Dictionary<string, string> sets, List<NftBaseChain> bases)
    {
        var policy = "RETURN";
        var rules = new List<FrameRule>();
        foreach (var raw in lines)
        {
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#' || line.StartsWith("comment ", StringComparison.Ordinal))
            {
                continue;
            }
            if (line.StartsWith("type ", StringComparison.Ordinal) && line.Contains(" hook ", StringComparison.Ordinal))
            {
                policy = line.Contains("policy drop", StringComparison.Ordinal) ? "DROP" : "ACCEPT";
                bases.Add(ReadBase(line, family, table, name));
            }
            else if (line.StartsWith("policy ", StringComparison.Ordinal))
            {
                policy = line.Contains("drop", StringComparison.Ordinal) ? "DROP" : "ACCEPT";
            }
            else
            {
                foreach (var one in Spread(line, sets))
                {
                    rules.Add(ReadRule(name, one, family, sets));
                }
            }
        }
        return new(name, policy, rules);
    }

    private static NftBaseChain ReadBase(string line, string family, string table, string name)
    {
        var words = line.Split([' ', ';', ',', '{', '}', '=', '"'], StringSplitOptions.RemoveEmptyEntries);
        var hook = After(words, "hook") ?? "";
        var devices = new List<string>();
        var first = Array.FindIndex(words, w => w is "device" or "devices");
        for (var i = first + 1; first >= 0 && i < words.Length && words[i] != "priority"; i++)
        {
            devices.Add(words[i]);
        }
        var at = Array.IndexOf(words, "priority");
        var priority = 0;
        for (var (i, sign) = (at + 1, 1); at >= 0 && i < words.Length && words[i] is not "policy"; i++)
        {
            sign = words[i] == "-" ? -1 : words[i] == "+" ? 1 : sign;
            priority += int.TryParse(words[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? sign * number : PriorityOf(words[i], family);
        }
        return new(family, table, name, hook, priority, devices) { IsNat = After(words, "type") == "nat" };
    }

    private static int PriorityOf(string word, string family) => (word, family) switch
    {
        ("raw", _) => -300,
        ("mangle", _) => -150,
        ("dstnat", "bridge") => -300,
        ("dstnat", _) => -100,
        ("filter", "bridge") => -200,
        ("out", _) => 100,
        ("security", _) => 50,
        ("srcnat", "bridge") => 300,
        ("srcnat", _) => 100,
        _ => 0,
    };

    private static string? After(string[] words, string word)
    {
        var at = Array.IndexOf(words, word);
        return at >= 0 && at + 1 < words.Length ? words[at + 1] : null;
    }
}
