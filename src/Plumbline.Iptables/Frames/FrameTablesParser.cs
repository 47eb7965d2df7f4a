namespace Plumbline.Iptables.Frames;

/// <summary>
/// Reads <c>ebtables-save</c>, <c>ebtables -L</c>, <c>arptables-save</c> and <c>arptables -L</c>, of nf_tables and of the old back end. What
/// is not understood of a rule stays as a condition that nobody can judge.
/// </summary>
public static partial class FrameTablesParser
{
    /// <summary>Reads all tables of a text; lines that are no rules are passed over.</summary>
    /// <param name="text">What the tool printed.</param>
    /// <param name="isArp">Of arptables, not of ebtables.</param>
    public static FrameTables Parse(string text, bool isArp)
    {
        ArgumentNullException.ThrowIfNull(text);
        var chains = new Dictionary<(string, string), (string Policy, List<FrameRule> Rules)>();
        var table = "filter";
        string? listed = null;
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Trim();
            if (line.StartsWith('*'))
            {
                (table, listed) = (line[1..].Trim(), null);
            }
            else if (line.StartsWith("Bridge table: ", StringComparison.Ordinal))
            {
                (table, listed) = (line["Bridge table: ".Length..].Trim(), null);
            }
            else if (line.StartsWith(':') && line.Split(' ') is [var name, var policy, ..])
            {
                chains.TryAdd((table, name[1..]), (policy == "-" ? "RETURN" : policy, []));
            }
            else if (Listed(line) is var (chain, own))
            {
                listed = chain;
                chains.TryAdd((table, chain), (own, []));
            }
            else if (line.Length > 0 && line[0] is not ('#' or '*'))
            {
                Add(line, listed);
            }
        }
        return new(chains.ToDictionary(c => c.Key, c => new FrameChain(c.Key.Item2, c.Value.Policy, c.Value.Rules)));

        void Add(string line, string? under)
        {
            var words = Words(line);
            var at = words.IndexOf("-A");
            var chain = at >= 0 && at + 1 < words.Count ? words[at + 1] : under;
            if (chain is null || at < 0 && !words.Exists(w => w is "-j" or "--jump") && words.Count < 2)
            {
                return;
            }
            var rest = at >= 0 ? words[(at + 2)..] : words[0].All(c => char.IsAsciiDigit(c) || c == '.') ? words[1..] : words;
            if (rest.IndexOf(",") is var comma and >= 0)
            {
                rest = rest[..comma];   // , pcnt = 0 -- bcnt = 0
            }
            if (!chains.TryGetValue((table, chain), out var known))
            {
                chains[(table, chain)] = known = ("RETURN", []);
            }
            if (ReadRule(chain, rest, isArp) is { } rule)
            {
                known.Rules.Add(rule);
            }
        }
    }

    /// <summary><c>Bridge chain: NAME, entries: N, policy: P</c>, or <c>Chain NAME (policy P)</c>.</summary>
    private static (string Chain, string Policy)? Listed(string line)
    {
        if (line.StartsWith("Bridge chain: ", StringComparison.Ordinal) && line.Split(", ") is [var head, _, var tail])
        {
            return (head["Bridge chain: ".Length..], tail["policy: ".Length..]);
        }
        if (!line.StartsWith("Chain ", StringComparison.Ordinal) || line.Split(' ', '(', ')') is not [_, var name, _, ..] parts)
        {
            return null;
        }
        var at = Array.IndexOf(parts, "policy");
        return (name, at >= 0 && at + 1 < parts.Length ? parts[at + 1] : "RETURN");
    }

    private static List<string> Words(string line)
    {
        var words = new List<string>();
        for (var i = 0; i < line.Length;)
        {
            if (line[i] == ' ')
            {
                i++;
                continue;
            }
            var end = line[i] == '"' ? line.IndexOf('"', i + 1) : line.IndexOf(' ', i);
            end = end < 0 ? line.Length : line[i] == '"' ? end + 1 : end;
            words.Add(line[i..end].Trim('"'));
            i = end;
        }
        // counters stand before the rule or behind it
        return words is [['[', ..], ..] ? words[1..] : words;
    }

    private static FrameRule? ReadRule(string chain, List<string> words, bool isArp)
    {
        var matches = new List<FrameMatch>();
        var target = "CONTINUE";
        string? verdict = null;
        for (var i = 0; i < words.Count; i++)
        {
            var option = words[i];
            if (!option.StartsWith('-'))
            {
                continue;
            }
            var isInverted = i > 0 && words[i - 1] == "!";
            var values = new List<string>();
            while (i + 1 < words.Count && !IsOption(words[i + 1]))
            {
                values.Add(words[++i]);
            }
            if (values is ["!", ..])
            {
                isInverted = true;
                values.RemoveAt(0);
            }
            if (values is [.., "!"])
            {
                values.RemoveAt(values.Count - 1);  // of the next one
            }
            var value = values.Count > 0 ? values[0] : "";
            switch (option)
            {
                case "-j" or "--jump":
                    target = value;
                    break;
                case "--mark-target" or "--snat-target" or "--dnat-target" or "--redirect-target" or "--arpreply-target" or "--mangle-target"
                    or "--to-dst-target" or "--to-src-target":
                    verdict = value;
                    break;
                default:
                    if (!IsSetting(option))
                    {
                        matches.Add(ReadMatch(option, value, isInverted, isArp));
                    }
                    break;
            }
        }
        var text = $"-A {chain} {string.Join(' ', words)}";
        return target switch
        {
            "ACCEPT" or "DROP" or "CONTINUE" or "RETURN" => new(text, matches, target, null),
            // extensions go on unless they say otherwise
            "mark" or "snat" or "dnat" or "redirect" or "mangle" => new(text, matches, target, verdict ?? "ACCEPT"),
            "arpreply" => new(text, matches, target, verdict ?? "DROP"),
            _ => new(text, matches, target, verdict),
        };
    }

    private static bool IsOption(string word) => word.Length > 1 && word[0] == '-' && !char.IsAsciiDigit(word[1]);

    /// <summary>What belongs to a target or a watcher, and asks nothing.</summary>
    private static bool IsSetting(string option) => option is "--log" or "--nflog" or "--ulog" || option.StartsWith("--log-", StringComparison.Ordinal)
        || option.StartsWith("--nflog-", StringComparison.Ordinal) || option.StartsWith("--ulog-", StringComparison.Ordinal)
        || option is "--mark-set" or "--mark-or" or "--mark-and" or "--mark-xor" or "--to-src" or "--to-source" or "--to-dst" or "--to-destination"
        || option is "--snat-arp" or "--arpreply-mac" or "-c" or "--set-counters" || option.StartsWith("--mangle-", StringComparison.Ordinal)
        || option is "--Lc";
}
