namespace Plumbline.Iptables.Simulation;

public sealed partial class CompiledRuleset
{
    /// <summary>Follows one packet with every rule that it meets; where something is unknown, both ways.</summary>
    /// <param name="path">Its way, resolved by this ruleset.</param>
    /// <param name="packet">It.</param>
    /// <param name="conntrack">Asked once on each course, behind raw.</param>
    /// <param name="most">How many courses to follow.</param>
    public Exploration Explore(ResolvedPath path, in PacketHeader packet, ConntrackTable conntrack, int most = 64)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        return new Explorer(this, path, packet, conntrack, most).Run();
    }

    /// <summary>One question: a worklist of walkers, each of which ends as a course.</summary>
    private sealed partial class Explorer(
        CompiledRuleset ruleset, ResolvedPath path, PacketHeader packet, ConntrackTable conntrack, int most)
    {
        private readonly Stack<Walker> _waiting = new();
        private readonly List<Course> _courses = [];
        private readonly List<NearMiss> _misses = [];
        private readonly HashSet<int> _missed = [];
        private PacketFields _fields;

        public Exploration Run()
        {
            _waiting.Push(new() { Path = path, Walk = new(in packet, ruleset.UsesConntrack) });
            while (_waiting.Count > 0 && _courses.Count < most)
            {
                var walker = _waiting.Pop();
                if (Follow(walker) is { } decision)
                {
                    _courses.Add(new()
                    {
                        Decision = Close(decision.Outcome, decision.Rule, decision.Chain, decision.Hook, decision.Cause, in walker.Walk),
                        Steps = walker.Steps,
                        Assumptions = [.. walker.Assumptions.Select(a => a.Assumption)],
                    });
                }
            }
            return new() { Courses = _courses, IsComplete = _waiting.Count == 0, NearMisses = _misses, Fields = _fields };
        }

        /// <summary>Goes on to the end, or to a fork (null: the branches wait).</summary>
        private Decision? Follow(Walker walker)
        {
            if (walker.Ended is not null)
            {
                return walker.Ended;
            }
            for (; walker.Point < walker.Path.Path.Points.Count; walker.Point++, walker.Step = 0)
            {
                var hook = walker.Path.Path.Points[walker.Point].Hook;
                var steps = ruleset._steps[(int)hook];
                var nat = ruleset._natSteps[(int)hook];
                if (walker.Step == 0 && walker.Chain < 0)
                {
                    walker.Walk.Enter(walker.Path.Path.Points[walker.Point]);
                }
                for (; walker.Step <= steps.Length; walker.Step++)
                {
                    if (walker.Chain < 0)
                    {
                        if (walker.Step == nat.First)
                        {
                            Track(walker);
                            BeginNat(ref walker.Walk, conntrack, in packet);
                        }
                        if (walker.Step == nat.End)
                        {
                            var onward = walker.Onward;
                            if (!EndNat(walker.Path, walker.Point, ref walker.Walk, in packet, ref onward))
                            {
                                return new(Outcome.Dropped, -1, -1, hook) { Cause = DropCause.NoRoute };
                            }
                            walker.Onward = onward;
                        }
                    }
                    if (walker.Step == steps.Length)
                    {
                        break;
                    }
                    var start = steps[walker.Step];
                    var table = ruleset.Chains[start].Table.Name;
                    if (walker.Chain < 0)
                    {
                        if (table != "raw")
                        {
                            Track(walker);
                        }
                        if (table == "nat" && !NatTranslation.IsAsked(in walker.Walk))
                        {
                            continue;
                        }
                        walker.Enter(start);
                    }
                    switch (FollowTable(walker, start))
                    {
                        case TableEnd.Forked:
                            return null;
                        case TableEnd.Dropped:
                            return new(Outcome.Dropped, walker.Decider, walker.Decider < 0 ? start : ruleset._rules[walker.Decider].Chain, hook);
                    }
                    if (table == "filter")
                    {
                        walker.Decided = new(
                            Outcome.Passed, walker.Decider, walker.Decider < 0 ? start : ruleset._rules[walker.Decider].Chain, hook);
                    }
                    walker.Chain = -1;
                }
                if (hook is Hook.Prerouting or Hook.Output)
                {
                    Track(walker);
                }
                if (IsRefused(ref walker.Walk))
                {
                    return new(Outcome.Dropped, -1, -1, hook) { Cause = DropCause.Clash };
                }
                if (walker.Onward is { } next)
                {
                    (walker.Path, walker.Onward, walker.Point) = (next, null, -1);
                }
            }
            return walker.Decided ?? new(Outcome.Passed, -1, -1, walker.Path.Path.Points[^1].Hook);
        }

        private void Track(Walker walker)
        {
            if (walker.Walk.IsTracked)
            {
                return;
            }
            walker.Walk.Track(conntrack, in packet);
            if (ruleset.UsesConntrack || walker.Walk.IsNotrack)
            {
                walker.Add(new(TraceEvent.Tracked, walker.Path.Path.Points[walker.Point], 0)
                {
                    Note = walker.Walk.IsNotrack ? "not tracked (NOTRACK)"
                        : walker.Walk.Zone == 0 ? StateWord(walker.Walk.Entry.State)
                        : $"{StateWord(walker.Walk.Entry.State)} in zone {walker.Walk.Zone}",
                });
            }
        }

        private static string StateWord(ConntrackState state) => state switch
        {
            ConntrackState.New => "NEW",
            ConntrackState.Established => "ESTABLISHED",
            ConntrackState.Related => "RELATED",
            ConntrackState.Invalid => "INVALID",
            _ => "UNTRACKED",
        };

        private enum TableEnd
        {
            Passed,
            Dropped,
            Forked,
        }
    }
}
