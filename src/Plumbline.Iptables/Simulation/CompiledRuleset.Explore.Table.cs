using System.Globalization;

namespace Plumbline.Iptables.Simulation;

public sealed partial class CompiledRuleset
{
    private sealed partial class Explorer
    {
        /// <summary>Goes on in the current table until it lets the packet through, drops it, or the way forks.</summary>
        private TableEnd FollowTable(Walker walker, int start)
        {
            if (walker.IsAccepted)
            {
                walker.IsAccepted = false;
                return TableEnd.Passed;
            }
            while (true)
            {
                var chain = ruleset.Chains[walker.Chain];
                var rules = chain.PathSlot < 0 ? null : walker.Path.RulesAt(walker.Point, chain);
                if (walker.Next >= (rules?.Length ?? chain.Count))
                {
                    if (walker.Frames.Count == 0)
                    {
                        return Policy(walker, start);
                    }
                    (walker.Chain, walker.Next) = walker.Frames.Pop();
                    continue;
                }
                var number = rules?[walker.Next] ?? chain.FirstRule + walker.Next;
                var rule = ruleset._rules[number];
                switch (Ask(walker, number, in rule, out var unknown))
                {
                    case Truth.No:
                        walker.Next++;
                        continue;
                    case Truth.Maybe when rule.Effect == Effect.Continue:
                        walker.Next++;
                        Note(walker, TraceEvent.MaybePassed, number, ruleset._runner.TextOf(unknown));
                        continue;
                    case Truth.Maybe:
                        var text = ruleset._runner.TextOf(unknown);
                        _waiting.Push(walker.Fork(unknown, false, new(text, "does not hold")));
                        _waiting.Push(walker.Fork(unknown, true, new(text, "holds")));
                        return TableEnd.Forked;
                }
                walker.Next++;
                if (Act(walker, number, in rule) is { } end)
                {
                    return end;
                }
            }
        }

        private TableEnd? Act(Walker walker, int number, in CompiledRule rule)
        {
            switch (rule.Effect)
            {
                case Effect.Continue:
                    Note(walker, TraceEvent.Passed, number);
                    return null;
                case Effect.Accept:
                    Note(walker, TraceEvent.Accepted, number);
                    walker.Decider = number;
                    return TableEnd.Passed;
                case Effect.Drop:
                    Note(walker, TraceEvent.Dropped, number);
                    walker.Decider = number;
                    return TableEnd.Dropped;
                case Effect.Return:
                    Note(walker, TraceEvent.Returned, number);
                    walker.Next = int.MaxValue;
                    return null;
                case Effect.Jump or Effect.Goto when !ruleset.Chains[rule.Operand].Source.IsShown || walker.Frames.Count == MaxDepth:
                    return Guess(walker, number, $"chain {ruleset.Chains[rule.Operand].Source.Name}, which was not shown", canGoOn: true);
                case Effect.Jump or Effect.Goto:
                    Note(walker, rule.Effect == Effect.Jump ? TraceEvent.Jumped : TraceEvent.WentTo, number);
                    if (rule.Effect == Effect.Jump)
                    {
                        walker.Frames.Push((walker.Chain, walker.Next));
                    }
                    (walker.Chain, walker.Next) = (rule.Operand, 0);
                    return null;
                case Effect.Queue:
                    return Guess(walker, number, ruleset._texts[rule.Operand], canGoOn: false);
                case Effect.Unknown:
                    return Guess(walker, number, ruleset._texts[rule.Operand], canGoOn: true);
                case Effect.DestinationNat or Effect.SourceNat or Effect.NetworkNat:
                    var nat = ruleset._nats[rule.Operand];
                    walker.Decider = number;
                    if (!NatTranslation.Apply(nat, ref walker.Walk, ruleset._addresses))
                    {
                        Note(walker, TraceEvent.Dropped, number, "the device has no address to give");
                        return TableEnd.Dropped;
                    }
                    var side = NatTranslation.IsDestination(walker.Walk.Point!.Hook) ? "destination" : "source";
                    Note(walker, TraceEvent.Translated, number, $"{side}: {Result(nat, in walker.Walk)}");
                    return TableEnd.Passed;
                default:
                    Change(in rule, ref walker.Walk);
                    Note(walker, TraceEvent.Changed, number, Describe(in rule, in walker.Walk));
                    return null;
            }
        }

        /// <summary>What the rule says, and what that came to where it left a choice.</summary>
        private static string Result(NatAction nat, in Walk walk)
        {
            var isDestination = NatTranslation.IsDestination(walk.Point!.Hook);
            var isOpen = (walk.Open & (isDestination ? PacketFields.Destination : PacketFields.Source)) != 0;
            var isChosen = nat.Kind != NatKind.Given || nat.Addresses is { } a && a.First != a.Last;
            return isOpen || !isChosen ? nat.Text
                : $"{nat.Text}: {AddressText.Format(walk.Family, isDestination ? walk.Destination : walk.Source)}";
        }

        private static string Describe(in CompiledRule rule, in Walk walk) => rule.Effect switch
        {
            Effect.SetZone or Effect.ZoneFromMark => string.Create(CultureInfo.InvariantCulture, $"conntrack zone {walk.Zone}"),
            Effect.Notrack => "not tracked",
            Effect.SetMark or Effect.RestoreConnmark => string.Create(CultureInfo.InvariantCulture, $"mark 0x{walk.Mark:x}"),
            Effect.SetConnmark or Effect.SaveConnmark =>
                string.Create(CultureInfo.InvariantCulture, $"connection's mark 0x{walk.ConnectionMark:x}"),
            Effect.SetTypeOfService => string.Create(CultureInfo.InvariantCulture, $"TOS 0x{walk.TypeOfService:x2}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"TTL {walk.HopLimit}"),
        };

        /// <summary>Who decides is not in the rules: every answer is a course, the one that goes on first.</summary>
        private TableEnd Guess(Walker walker, int number, string text, bool canGoOn)
        {
            Note(walker, TraceEvent.Passed, number);
            walker.Decider = number;
            var drops = walker.Fork(new(text, "drops"));
            drops.Ended = new(Outcome.Dropped, number, ruleset._rules[number].Chain, walker.Path.Path.Points[walker.Point].Hook);
            _waiting.Push(drops);
            var accepts = walker.Fork(new(text, "accepts"));
            accepts.Next = int.MaxValue;
            accepts.Frames.Clear();
            accepts.IsAccepted = true;
            _waiting.Push(accepts);
            if (canGoOn)
            {
                _waiting.Push(walker.Fork(new(text, "goes on")));
            }
            return TableEnd.Forked;
        }

        private TableEnd Policy(Walker walker, int start)
        {
            var chain = ruleset.Chains[start];
            var isDrop = chain.Policy == Verdict.Drop;
            walker.Add(new(isDrop ? TraceEvent.PolicyDropped : TraceEvent.PolicyAccepted, walker.Path.Path.Points[walker.Point], 0)
            {
                Table = chain.Table.Name,
                Chain = chain.Source,
            });
            walker.Decider = -1;
            return isDrop ? TableEnd.Dropped : TableEnd.Passed;
        }

        private void Note(Walker walker, TraceEvent what, int rule, string note = "")
        {
            var place = ruleset.PlaceOf(rule);
            walker.Add(new(what, walker.Path.Path.Points[walker.Point], walker.Frames.Count)
            {
                Place = place,
                Table = place.Table.Name,
                Chain = place.Chain,
                Note = note,
            });
        }

        /// <summary>All checks, also those behind the first that fails: one failure alone is a near miss.</summary>
        private Truth Ask(Walker walker, int number, in CompiledRule rule, out int unknown)
        {
            unknown = -1;
            var failed = -1;
            for (var i = rule.First; i < rule.End; i++)
            {
                ref readonly var check = ref ruleset._runner[i];
                var truth = ruleset._runner.Run(in check, in walker.Walk);
                if (truth == Truth.Maybe)
                {
                    var which = ruleset._runner.UnknownOf(i);
                    truth = walker.Assumed(which) is not { } assumed ? Truth.Maybe
                        : assumed != check.IsInverted ? Truth.Yes
                        : Truth.No;
                    unknown = truth == Truth.Maybe ? which : unknown;
                }
                if (truth != Truth.No)
                {
                    continue;
                }
                if (failed >= 0)
                {
                    return Truth.No;
                }
                failed = i;
            }
            if (failed < 0)
            {
                for (var i = rule.First; i < rule.End; i++)
                {
                    _fields |= FieldsOf(ruleset._runner[i].Kind);
                }
                return unknown >= 0 ? Truth.Maybe : Truth.Yes;
            }
            _fields |= FieldsOf(ruleset._runner[failed].Kind);
            if (_courses.Count == 0 && rule.Effect is Effect.Accept or Effect.Drop or Effect.Return && _missed.Add(number))
            {
                var place = ruleset.PlaceOf(number);
                _misses.Add(new(place, walker.Path.Path.Points[walker.Point], place.Rule.Matches[ruleset._runner[failed].Match]));
            }
            return Truth.No;
        }

        private static PacketFields FieldsOf(CheckKind kind) => kind switch
        {
            CheckKind.Source4 or CheckKind.Source6 or CheckKind.SourceRange or CheckKind.SourceType => PacketFields.Source,
            CheckKind.Destination4 or CheckKind.Destination6 or CheckKind.DestinationRange or CheckKind.DestinationType =>
                PacketFields.Destination,
            CheckKind.Protocol => PacketFields.Protocol,
            CheckKind.SourcePort or CheckKind.MultiportSource => PacketFields.SourcePort,
            CheckKind.DestinationPort or CheckKind.MultiportDestination => PacketFields.DestinationPort,
            CheckKind.MultiportEither => PacketFields.SourcePort | PacketFields.DestinationPort,
            CheckKind.TcpFlags => PacketFields.TcpFlags,
            CheckKind.Icmp => PacketFields.Icmp,
            CheckKind.State or CheckKind.Conntrack => PacketFields.State,
            CheckKind.Mark => PacketFields.Mark,
            CheckKind.Connmark => PacketFields.ConnectionMark,
            CheckKind.Mac => PacketFields.SourceMac,
            CheckKind.PacketType => PacketFields.DestinationMac,
            CheckKind.Length => PacketFields.Length,
            CheckKind.HopLimit => PacketFields.HopLimit,
            CheckKind.TypeOfService => PacketFields.TypeOfService,
            CheckKind.Fragment => PacketFields.Fragment,
            CheckKind.SecurityParameterIndex => PacketFields.SecurityParameterIndex,
            CheckKind.Set => PacketFields.Source | PacketFields.Destination,
            _ => PacketFields.None,
        };
    }
}
