using Plumbline.Diagnosis.Comparing.Meaning;
using Plumbline.Iptables;
using Plumbline.Neutron.SecurityGroups.Roles;

namespace Plumbline.Diagnosis.Comparing;

internal sealed partial class IntentComparison
{
    /// <summary>Names the rules that make the difference, along the packets' way.</summary>
    private void Explain(Difference difference, RuleBox boxes)
    {
        var before = _findings.Count;
        var known = false;
        foreach (var name in Way(difference))
        {
            var wanted = _intended.Of(difference.Family).Find(Filter)?.Find(name);
            var live = difference.Live.Find(Filter)?.Find(name);
            if (wanted is { Rules.Count: > 0 } && (live is null or { IsShown: false } or { Rules.Count: 0 }))
            {
                AddChainFinding(difference, wanted, live);
                known = true;
                continue;
            }
            known |= CompareChain(difference, boxes, wanted, live);
        }
        if (known || _findings.Count > before)
        {
            return;
        }
        foreach (var name in Way(difference))
        {
            if (_intended.Of(difference.Family).Find(Filter)?.Find(name) is { } wanted
                && difference.Live.Find(Filter)?.Find(name) is { } live && FindReordered(difference, boxes, wanted, live))
            {
                return;
            }
        }
        AddUnexplained(difference);
    }

    /// <summary>Chains that packets of the port pass, wanted or live, in that order.</summary>
    private List<string> Way(Difference difference)
    {
        var way = new List<string>();
        Visit(difference.Live.Find(Filter), "FORWARD", []);
        Visit(_intended.Of(difference.Family).Find(Filter), "FORWARD", []);
        return way;

        // each has been where it has been: a chain that both know may lead on to one that only the second does
        void Visit(Table? table, string name, HashSet<string> seen)
        {
            if (!seen.Add(name))
            {
                return;
            }
            if (!way.Contains(name))
            {
                way.Add(name);
            }
            if (table?.Find(name) is not { } chain)
            {
                return;
            }
            var boxes = BoxesOf(difference.Slice);
            foreach (var i in boxes.RulesOf(chain))
            {
                var rule = chain.Rules[i];
                if (rule.Target is JumpTarget jump && boxes.Of(rule) is not null)
                {
                    Visit(table, jump.Chain, seen);
                }
            }
        }
    }

    private bool CompareChain(Difference difference, RuleBox boxes, Chain? wanted, Chain? live)
    {
        var missing = Deciding(wanted, boxes).Where(i => !HasTwin(live, wanted!.Rules[i], boxes)).ToList();
        var extra = Deciding(live, boxes).Where(i => !HasTwin(wanted, live!.Rules[i], boxes)).ToList();
        var isFound = false;
        // a rule made narrower acts on none of the packets that suffer, nor did a wider one's original: so pairs first
        foreach (var i in missing)
        {
            var touches = difference.Touches(boxes.Of(wanted!.Rules[i])!);
            var pair = extra.Count == 0 ? -1 : extra.MaxBy(e => Likeness(wanted.Rules[i], live!.Rules[e]));
            if (pair >= 0 && Likeness(wanted.Rules[i], live!.Rules[pair]) > 0
                && (touches || difference.Touches(boxes.Of(live.Rules[pair])!)))
            {
                extra.Remove(pair);
                AddChanged(difference, wanted, live, i, pair);
                isFound = true;
            }
            else if (touches)
            {
                AddMissing(difference, wanted, live, i);
                isFound = true;
            }
        }
        foreach (var i in extra)
        {
            if (difference.Touches(boxes.Of(live!.Rules[i])!))
            {
                AddExtra(difference, live, i, NeutronChain.Parse(live.Name).Kind is not (ChainKind.Foreign or ChainKind.BuiltIn));
                isFound = true;
            }
        }
        return isFound;
    }

    /// <summary>Rules of a chain that act on packets of the slice.</summary>
    private static List<int> Deciding(Chain? chain, RuleBox boxes)
    {
        var indexes = new List<int>();
        foreach (var i in chain is null ? [] : boxes.RulesOf(chain))
        {
            var rule = chain!.Rules[i];
            if (rule.Target is VerdictTarget or RejectTarget or JumpTarget or UnknownTarget && boxes.Of(rule) is not null)
            {
                indexes.Add(i);
            }
        }
        return indexes;
    }

    private static bool HasTwin(Chain? chain, Rule rule, RuleBox boxes)
    {
        var box = boxes.Of(rule);
        foreach (var i in chain is null ? [] : boxes.RulesOf(chain))
        {
            var other = chain!.Rules[i];
            if (Equals(other.Target, rule.Target) && boxes.Of(other) is { } its && box is not null && its.Same(box))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>0: not alike at all. Rules with the same target and some equal matches are one rule, edited.</summary>
    private static int Likeness(Rule one, Rule other)
    {
        var equal = one.Matches.Count(m => m is not CommentMatch && other.Matches.Contains(m));
        var kinds = one.Matches.Count(m => m is not CommentMatch && other.Matches.Any(o => o.GetType() == m.GetType()));
        var comment = one.Comment is { } text && text == other.Comment;
        if (Equals(one.Target, other.Target))
        {
            return 1 + (2 * equal) + kinds + (comment ? 2 : 0);
        }
        // another target: the same rule only where all else is the same
        return comment || (equal > 0 && equal == one.Matches.Count(m => m is not CommentMatch)
            && equal == other.Matches.Count(m => m is not CommentMatch)) ? 1 + equal : 0;
    }

    /// <summary>Two rules that stand the other way round, act on common packets, and do different things with them.</summary>
    private bool FindReordered(Difference difference, RuleBox boxes, Chain wanted, Chain live)
    {
        for (var i = 0; i < wanted.Rules.Count; i++)
        {
            for (var j = i + 1; j < wanted.Rules.Count; j++)
            {
                var (first, second) = (wanted.Rules[i], wanted.Rules[j]);
                if (Equals(first.Target, second.Target) || boxes.Of(first) is not { } one || boxes.Of(second) is not { } two
                    || one.And(two) is not { } both || !difference.Touches(both))
                {
                    continue;
                }
                var (atFirst, atSecond) = (Position(live, first, boxes), Position(live, second, boxes));
                if (atFirst >= 0 && atSecond >= 0 && atFirst > atSecond)
                {
                    AddReordered(difference, wanted, live, (i, j), (atFirst, atSecond));
                    return true;
                }
            }
        }
        return false;
    }

    private static int Position(Chain chain, Rule rule, RuleBox boxes)
    {
        var box = boxes.Of(rule);
        for (var i = 0; i < chain.Rules.Count; i++)
        {
            if (Equals(chain.Rules[i].Target, rule.Target) && boxes.Of(chain.Rules[i]) is { } its && box is not null && its.Same(box))
            {
                return i;
            }
        }
        return -1;
    }
}
