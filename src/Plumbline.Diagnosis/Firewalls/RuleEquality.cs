using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Firewalls;

/// <summary>Whether two rules are the same but for comments, which mean nothing to the kernel and lose blanks when they are pasted.</summary>
internal static class RuleEquality
{
    /// <summary>Equal targets and equal matches, in whatever order.</summary>
    public static bool SameButComment(Rule one, Rule other)
    {
        if (!Equals(one.Target, other.Target) || Count(one) != Count(other))
        {
            return false;
        }
        foreach (var match in one.Matches)
        {
            if (match is not CommentMatch && !Has(other, match))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The same for rules that are <see cref="SameButComment"/>.</summary>
    public static int Hash(Rule rule)
    {
        var sum = 0;
        foreach (var match in rule.Matches)
        {
            sum += match is CommentMatch ? 0 : match.GetHashCode();
        }
        return HashCode.Combine(rule.Target, sum);
    }

    private static int Count(Rule rule)
    {
        var count = 0;
        foreach (var match in rule.Matches)
        {
            count += match is CommentMatch ? 0 : 1;
        }
        return count;
    }

    private static bool Has(Rule rule, Match match)
    {
        foreach (var other in rule.Matches)
        {
            if (other.Equals(match))
            {
                return true;
            }
        }
        return false;
    }
}
