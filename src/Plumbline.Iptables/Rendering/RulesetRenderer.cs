using System.Text;

namespace Plumbline.Iptables;

/// <summary>
/// Rules as text that iptables-restore reads: what iptables 1.8.9 prints for the same rules, without the comments with
/// the date.
/// </summary>
public static class RulesetRenderer
{
    /// <summary>
    /// <c>iptables-save</c>, with <paramref name="withCounters"/> as of <c>-c</c> (a rule that has none gets zeros).
    /// </summary>
    public static string Save(Ruleset ruleset, bool withCounters = false)
    {
        var text = new StringBuilder();
        foreach (var table in ruleset.Tables)
        {
            Append(text, table, withCounters);
        }
        return text.ToString();
    }

    /// <summary>One table from <c>*NAME</c> to <c>COMMIT</c>; a chain that is only jumped to is left out.</summary>
    /// <remarks>
    /// A base chain whose policy is not told is printed with ACCEPT, since none can be loaded without.
    /// </remarks>
    public static string Save(Table table, bool withCounters = false)
    {
        var text = new StringBuilder();
        Append(text, table, withCounters);
        return text.ToString();
    }

    /// <summary>
    /// One rule without its chain: <c>-p tcp -m tcp --dport 22 -j ACCEPT</c>; empty for a rule that only counts.
    /// </summary>
    public static string Save(Rule rule)
    {
        var text = new StringBuilder();
        Append(text, rule);
        return text.Length > 0 ? text.ToString(1, text.Length - 1) : "";
    }

    /// <summary>
    /// As <see cref="Save(Rule)"/>, behind what stands in <paramref name="text"/>, each match and the target with a
    /// blank before it.
    /// </summary>
    public static void Append(StringBuilder text, Rule rule)
    {
        for (var i = 0; i < rule.Matches.Count; i++)
        {
            MatchRenderer.Append(text, rule.Matches[i]);
        }
        if (rule.Target is { } target)
        {
            TargetRenderer.Append(text, target);
        }
    }

    /// <summary>One match: <c>-m state --state NEW</c>.</summary>
    public static string Save(Match match)
    {
        var text = new StringBuilder();
        MatchRenderer.Append(text, match);
        return text.ToString(1, text.Length - 1);
    }

    /// <summary>One target: <c>-j CT --zone 7</c>.</summary>
    public static string Save(Target target)
    {
        var text = new StringBuilder();
        TargetRenderer.Append(text, target);
        return text.ToString(1, text.Length - 1);
    }

    private static void Append(StringBuilder text, Table table, bool withCounters)
    {
        text.Append('*').Append(table.Name).Append('\n');
        foreach (var chain in table.Chains)
        {
            if (!chain.IsShown)
            {
                continue;
            }
            text.Append(':').Append(chain.Name).Append(' ').Append(chain.Policy switch
            {
                Verdict.Accept => "ACCEPT",
                Verdict.Drop => "DROP",
                Verdict.Return => "RETURN",
                Verdict.Queue => "QUEUE",
                // a base chain must have a policy to be loaded; what it starts with is ACCEPT
                _ => BaseChains.Has(table.Name, chain.Name) ? "ACCEPT" : "-",
            });
            AppendCounters(text.Append(' '), chain.Counters ?? default);
            text.Append('\n');
        }
        foreach (var chain in table.Chains)
        {
            foreach (var rule in chain.Rules)
            {
                if (withCounters)
                {
                    AppendCounters(text, rule.Counters ?? default);
                    text.Append(' ');
                }
                text.Append("-A ").Append(chain.Name);
                Append(text, rule);
                text.Append('\n');
            }
        }
        text.Append("COMMIT\n");
    }

    private static void AppendCounters(StringBuilder text, Counters counters) =>
        text.Append('[').Append(counters.Packets).Append(':').Append(counters.Bytes).Append(']');
}
