using Plumbline.Diagnosis.Firewalls;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Verdicts;

/// <summary>The question of <c>plumb verdict</c>: what the node's iptables rules do to one packet. Pure.</summary>
public static class FirewallVerdict
{
    private const int MostNearMisses = 5;

    /// <summary>Answers.</summary>
    /// <exception cref="Node.NodeException">The target is unknown or ambiguous.</exception>
    /// <exception cref="DiagnosisException">The question makes no sense on this node, or no rules are known.</exception>
    public static VerdictAnswer Ask(VerdictQuestion question, NodeSnapshot snapshot, Topology topology, NodeRules rules)
    {
        if (rules.Rulesets.Count == 0)
        {
            throw FirewallProblems.NoRules(snapshot);
        }
        var plan = new VerdictPlanner(question, topology, rules).Plan();
        var family = plan.Packet.Family;
        var consulted = plan.IsBridged ? rules.AreBridgedPacketsShown(family) : true;
        var notes = new List<string>(plan.Notes);
        var rulesets = VerdictRules.Of(rules, family, notes);
        var answer = new VerdictAnswer
        {
            Subject = plan.Subject,
            Way = plan.Way,
            Path = plan.Path,
            Packet = plan.Packet,
            Outcome = Outcome.Passed,
            AreRulesConsulted = consulted,
            ConsultedBy = plan.IsBridged ? NodeRules.BridgeSysctl(family) : null,
            Notes = notes,
        };
        if (rulesets.Count == 0)
        {
            notes.Add(family == IPFamily.IPv4 ? "no iptables rules were told, only ip6tables'" : "no ip6tables rules were told, only iptables'");
            return answer with { Outcome = Outcome.Depends, DependsOn = [$"{family} rules, which were not shown"] };
        }
        var compiled = CompiledRuleset.Compile(rulesets, [.. rules.Sets.Values], VerdictRules.AddressesOf(snapshot));
        var packet = plan.Packet;
        if (compiled.UsesConntrack && packet.IsFragment)
        {
            notes.Add("conntrack puts fragments together before any rule sees them: judged as the whole packet");
        }
        var conntrack = plan.Entry is { } entry ? ConntrackTable.Assume(entry) : ConntrackTable.Empty;
        var exploration = compiled.Explore(compiled.Resolve(plan.Path), in packet, conntrack);
        return answer with
        {
            Exploration = exploration,
            Outcome = consulted == false ? Outcome.Passed : exploration.Outcome,
            DependsOn = consulted == false ? [] : exploration.DependsOn,
            Deciding = DecidingOf(exploration.Courses[0]),
            Assumptions = [.. AssumptionsOf(plan, question, exploration)],
            NearMisses = [.. NearMissesOf(exploration, packet)],
            DeadRules = DeadRulesOf(exploration.Courses[0], rulesets),
        };
    }

    /// <summary>
    /// A rule that accepts everything that comes so far (the end of Neutron's sg-chain) is not why: the RETURN before it is.
    /// </summary>
    internal static TraceStep? DecidingOf(Course course)
    {
        TraceStep? last = null;
        TraceStep? returned = null;
        foreach (var step in course.Steps)
        {
            if (step.Table != "filter" && step.Event is not TraceEvent.Dropped and not TraceEvent.PolicyDropped)
            {
                continue;
            }
            switch (step.Event)
            {
                case TraceEvent.Returned when step.Depth > 0:
                    returned = step;
                    break;
                case TraceEvent.Accepted:
                    last = returned is not null && step.Place!.Rule.Matches.All(m => m is CommentMatch) ? returned : step;
                    break;
                case TraceEvent.PolicyAccepted:
                    last = returned ?? step;
                    break;
                case TraceEvent.Dropped or TraceEvent.PolicyDropped:
                    return step;
            }
        }
        return last;
    }

    private static IEnumerable<string> AssumptionsOf(VerdictPlan plan, VerdictQuestion question, Exploration exploration)
    {
        foreach (var (fields, text) in plan.Assumed)
        {
            if ((exploration.Fields & fields) != 0)
            {
                yield return text;
            }
        }
        if (question.State is null && (exploration.Fields & PacketFields.State) != 0)
        {
            var packet = plan.Packet;
            yield return $"conntrack: {StateWords.NameOf(FirstPacket.StateOf(in packet))}, as the first packet of its connection (--state)";
        }
        else if (question.State is { } state && (exploration.Fields & PacketFields.State) != 0)
        {
            yield return $"conntrack: {StateWords.NameOf(state)}, as given";
        }
    }

    /// <summary>Rules that would have led elsewhere, the last ones met first: there the packet had come farthest.</summary>
    private static IEnumerable<(NearMiss Miss, string Wanted)> NearMissesOf(Exploration exploration, PacketHeader packet)
    {
        var isDropped = exploration.Outcome == Outcome.Dropped;
        var count = 0;
        for (var i = exploration.NearMisses.Count - 1; i >= 0 && count < MostNearMisses; i--)
        {
            var miss = exploration.NearMisses[i];
            var isDrop = miss.Place.Rule.Target is VerdictTarget { Verdict: Verdict.Drop } or RejectTarget;
            if (isDrop != isDropped && miss.Match is not CommentMatch)
            {
                count++;
                yield return (miss, MatchWords.Wanted(miss.Match, packet));
            }
        }
    }

    private static List<RulePlace> DeadRulesOf(Course course, IReadOnlyList<Ruleset> rulesets)
    {
        var dead = new List<RulePlace>();
        var seen = new HashSet<Chain>(ReferenceEqualityComparer.Instance);
        foreach (var step in course.Steps)
        {
            if (step.Point.Hook != Hook.Input || step.Chain is null)
            {
                continue;
            }
            if (step.Place is { } place)
            {
                Look(place.Ruleset, place.Table, place.Chain);
                // a chain of which nothing matched left no step of its own
                if (place.Rule.Target is JumpTarget jump && place.Table.Find(jump.Chain) is { } chain)
                {
                    Look(place.Ruleset, place.Table, chain);
                }
                continue;
            }
            // nor did a base chain of which nothing matched: its policy's step is all there is
            for (var i = 0; i < rulesets.Count; i++)
            {
                if (rulesets[i].Find(step.Table) is { } table && ReferenceEquals(table.Find(step.Chain.Name), step.Chain))
                {
                    Look(i, table, step.Chain);
                }
            }
        }
        return dead;

        void Look(int ruleset, Table table, Chain chain)
        {
            if (!seen.Add(chain))
            {
                return;
            }
            for (var i = 0; i < chain.Rules.Count; i++)
            {
                if (chain.Rules[i].Matches.Any(m => m is PhysdevMatch { IsBridged: true }))
                {
                    dead.Add(new(ruleset, table, chain, i + 1, chain.Rules[i]));
                }
            }
        }
    }
}
