using Plumbline.Diagnosis.Explaining;
using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Comparing.Meaning;

/// <summary>
/// Walks all packets of a slice through a table's chains at once, as sets: which are accepted, which dropped, each with the rule that
/// decided. Exact but for conditions that nothing decides, which stay conditions, and for what an unknown target or a chain that is not
/// shown does, which is a set of its own.
/// </summary>
internal sealed class ChainWalk(Func<string, Chain?> find, RuleBox boxes)
{
    private const int MostBoxes = 20_000;
    private const int Deepest = 32;

    /// <summary>Accepted.</summary>
    public List<Decided> Accepted { get; } = [];

    /// <summary>Dropped or refused.</summary>
    public List<Decided> Dropped { get; } = [];

    /// <summary>Nobody here can tell.</summary>
    public List<Decided> Unknown { get; } = [];

    /// <summary>The sets grew beyond reason: nothing is proved.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>Walks a built-in chain, at whose end its policy decides.</summary>
    public void WalkBuiltIn(string chain)
    {
        var rest = Walk(chain, [PacketBox.Everything], 0);
        var dropped = find(chain)?.Policy == Verdict.Drop;
        foreach (var box in rest)
        {
            (dropped ? Dropped : Accepted).Add(new(box, chain, 0));
        }
    }

    /// <summary>Walks a user chain; what returns from it counts as accepted by <paramref name="end"/>.</summary>
    public void WalkPort(string chain, string end)
    {
        foreach (var box in Walk(chain, [PacketBox.Everything], 0))
        {
            Accepted.Add(new(box, end, 0));
        }
    }

    /// <summary>What comes back to the caller.</summary>
    private List<PacketBox> Walk(string name, List<PacketBox> incoming, int depth)
    {
        var returned = new List<PacketBox>();
        if (find(name) is not { } chain)
        {
            return incoming;
        }
        if (!chain.IsShown || depth > Deepest)
        {
            incoming.ForEach(b => Unknown.Add(new(b, name, 0)));
            return returned;
        }
        foreach (var i in boxes.RulesOf(chain))
        {
            if (incoming.Count == 0)
            {
                break;
            }
            var rule = chain.Rules[i];
            if (rule.Target is null or LogTarget or NflogTarget or MarkTarget or ConnmarkTarget or CtTarget
                || rule.Target is UnknownTarget harmless && RuleWords.IsHarmless(harmless.Name) || boxes.Of(rule) is not { } asked)
            {
                continue;
            }
            var matched = new List<PacketBox>();
            var rest = new List<PacketBox>();
            foreach (var box in incoming)
            {
                if (box.And(asked) is { } both)
                {
                    matched.Add(both);
                }
                box.Without(asked, rest);
            }
            if (matched.Count == 0)
            {
                continue;
            }
            incoming = rest;
            Act(rule, matched, incoming, returned, chain.Name, i + 1, depth);
            if (incoming.Count > MostBoxes)
            {
                IsTooLarge = true;
                return [];
            }
        }
        returned.AddRange(incoming);
        return returned;
    }

    private void Act(
        Rule rule, List<PacketBox> matched, List<PacketBox> incoming, List<PacketBox> returned, string chain, int number, int depth)
    {
        switch (rule.Target)
        {
            case VerdictTarget { Verdict: Verdict.Accept }:
                matched.ForEach(b => Accepted.Add(new(b, chain, number)));
                break;
            case VerdictTarget { Verdict: Verdict.Drop } or RejectTarget:
                matched.ForEach(b => Dropped.Add(new(b, chain, number)));
                break;
            case VerdictTarget { Verdict: Verdict.Return }:
                returned.AddRange(matched);
                break;
            case JumpTarget jump:
                (jump.IsGoto ? returned : incoming).AddRange(Walk(jump.Chain, matched, depth + 1));
                break;
            default:
                matched.ForEach(b => Unknown.Add(new(b, chain, number)));
                break;
        }
    }

    /// <summary>Packets that are in the first and not in the second.</summary>
    public static List<Decided> Without(List<Decided> first, List<Decided> second)
    {
        var result = new List<Decided>();
        foreach (var one in first)
        {
            var left = new List<PacketBox> { one.Packets };
            foreach (var other in second)
            {
                var next = new List<PacketBox>(left.Count);
                left.ForEach(b => b.Without(other.Packets, next));
                left = next;
                if (left.Count == 0)
                {
                    break;
                }
            }
            left.ForEach(b => result.Add(one with { Packets = b }));
        }
        return result;
    }
}
