using Plumbline.Diagnosis.Comparing.Meaning;
using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Comparing;

/// <summary>Whether two lists of rules do the same, run by run: a run is rules in a row that end a packet's way alike.</summary>
internal static class RuleRuns
{
    /// <summary>Both lists cut into the same runs, and each run matches the same packets. False says nothing: the lists may still mean the same.</summary>
    public static bool AreSame(List<Weighed> one, List<Weighed> other)
    {
        if (FindUnlike(one, other) is false && FindInversion(one, other) is null)
        {
            return true;
        }
        var (runs, others) = (Runs(one), Runs(other));
        if (runs.Count != others.Count)
        {
            return false;
        }
        for (var i = 0; i < runs.Count; i++)
        {
            if (!Equals(runs[i][0].Rule.Target, others[i][0].Rule.Target) || !Covers(runs[i], others[i]) || !Covers(others[i], runs[i]))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Two rules that both lists have, in different order, where the order matters; indexes in the first.</summary>
    public static (int First, int Second)? FindInversion(List<Weighed> one, List<Weighed> other)
    {
        var places = one.ConvertAll(w => other.FindIndex(o => o.Same(w)));
        for (var i = 0; i < one.Count; i++)
        {
            for (var j = i + 1; j < one.Count; j++)
            {
                if (places[i] >= 0 && places[j] >= 0 && places[i] > places[j] && !one[i].Commutes(one[j]))
                {
                    return (i, j);
                }
            }
        }
        return null;
    }

    /// <summary>True: some rule of one list is not in the other.</summary>
    private static bool FindUnlike(List<Weighed> one, List<Weighed> other) =>
        one.Exists(w => !other.Exists(o => o.Same(w))) || other.Exists(o => !one.Exists(w => w.Same(o)));

    private static List<List<Weighed>> Runs(List<Weighed> rules)
    {
        var runs = new List<List<Weighed>>();
        foreach (var rule in rules)
        {
            if (runs.Count > 0 && rule.Rule.Target is VerdictTarget or RejectTarget && Equals(runs[^1][0].Rule.Target, rule.Rule.Target))
            {
                runs[^1].Add(rule);
            }
            else
            {
                runs.Add([rule]);
            }
        }
        return runs;
    }

    /// <summary>
    /// All packets of <paramref name="rule"/> are matched by rules of <paramref name="others"/> with the same target, none of which
    /// matches more than it does.
    /// </summary>
    public static bool IsCovered(Weighed rule, List<Weighed> others) => rule.Box is { } box
        && Covers([.. others.Where(o => Equals(o.Rule.Target, rule.Rule.Target) && o.Box is { } its && IsWithin(its, box))], [rule]);

    private static bool IsWithin(PacketBox inner, PacketBox outer)
    {
        var rest = new List<PacketBox>();
        inner.Without(outer, rest);
        return rest.Count == 0;
    }

    private static bool Covers(List<Weighed> covering, List<Weighed> covered)
    {
        foreach (var rule in covered)
        {
            if (rule.Box is null)
            {
                continue;
            }
            var left = new List<PacketBox> { rule.Box };
            foreach (var cover in covering)
            {
                if (cover.Box is not { } box)
                {
                    continue;
                }
                var next = new List<PacketBox>();
                left.ForEach(b => b.Without(box, next));
                left = next;
            }
            if (left.Count > 0)
            {
                return false;
            }
        }
        return true;
    }
}
