using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>A rule in a few words: <c>tcp dport 22 → RETURN</c>. iptables' own words, without its dashes, modules and comments.</summary>
internal static class RuleBrief
{
    public static string Of(Rule rule)
    {
        var words = new List<string>();
        var protocol = "";
        foreach (var match in rule.Matches)
        {
            if (match is not CommentMatch)
            {
                Add(words, RulesetRenderer.Save(match), ref protocol);
            }
        }
        var action = rule.Target is null ? "(no target)" : RulesetRenderer.Save(rule.Target).Trim();
        action = action.StartsWith("-j ", StringComparison.Ordinal) || action.StartsWith("-g ", StringComparison.Ordinal) ? action[3..] : action;
        return words.Count == 0 ? action : $"{string.Join(' ', words)} → {action}";
    }

    private static void Add(List<string> words, string match, ref string protocol)
    {
        var parts = match.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var module = "";
        var before = words.Count;
        for (var i = 0; i < parts.Length; i++)
        {
            switch (parts[i])
            {
                case "-m" when i + 1 < parts.Length:
                    module = parts[++i];
                    break;
                case "-p" when i + 1 < parts.Length:
                    words.Add(protocol = parts[++i]);
                    break;
                case "-s":
                    words.Add("from");
                    break;
                case "-d":
                    words.Add("to");
                    break;
                case "-i":
                    words.Add("in");
                    break;
                case "-o":
                    words.Add("out");
                    break;
                case "!":
                    words.Add("not");
                    break;
                case var part:
                    words.Add(part.StartsWith("--", StringComparison.Ordinal) ? part[2..] : part);
                    break;
            }
        }
        if (words.Count == before && module.Length > 0 && module != protocol)
        {
            words.Add(module);      // a module that asks without options: "-m socket"
        }
    }
}
