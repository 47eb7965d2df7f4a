using System.Diagnostics;

namespace Plumbline.Iptables.Simulation;

public sealed partial class CompiledRuleset
{
    /// <summary>Deeper than the kernel ever goes (it allows no loops): a pasted text may jump in circles.</summary>
    private const int MaxDepth = 256;

    /// <summary>One for each thread: a fresh one would have to be cleared for each packet.</summary>
    [ThreadStatic]
    private static Frame[]? _stack;

    /// <summary>Decides one packet: the fast way, which stops at <see cref="Outcome.Depends"/>; exploring tells on what.</summary>
    /// <param name="path">Its way, resolved by this ruleset.</param>
    /// <param name="packet">It.</param>
    /// <param name="conntrack">Asked once, behind raw.</param>
    /// <param name="counters">Counted up as the kernel would; null: not wanted.</param>
    public Decision Decide(ResolvedPath path, in PacketHeader packet, ConntrackTable conntrack, RuleCounters? counters = null)
    {
        Debug.Assert(path.Ruleset == this, "a path resolved by another ruleset");
        var walk = new Walk(in packet, UsesConntrack);
        // what a filter table said last; loose values, as a Decision is big to copy
        var (lastRule, lastChain, lastHook) = (-1, -1, path.Points[^1].Hook);
        var stack = _stack ??= new Frame[MaxDepth];
        ResolvedPath? onward = null;
        for (var point = 0; point < path.Points.Length; point++)
        {
            var hook = path.Points[point].Hook;
            walk.Enter(path.Points[point]);
            var steps = _steps[(int)hook];
            var nat = _natSteps[(int)hook];
            for (var step = 0; step <= steps.Length; step++)
            {
                if (step == nat.First)
                {
                    BeginNat(ref walk, conntrack, in packet);
                }
                if (step == nat.End && !EndNat(path, point, ref walk, in packet, ref onward))
                {
                    return Close(Outcome.Dropped, -1, -1, hook, DropCause.NoRoute, in walk);
                }
                if (step == steps.Length)
                {
                    break;
                }
                var start = steps[step];
                var table = _codes[start].Table;
                if (table != TableKind.Raw && !walk.IsTracked)
                {
                    walk.Track(conntrack, in packet);
                }
                if (table == TableKind.Nat && !NatTranslation.IsAsked(in walk))
                {
                    continue;
                }
                var (verdict, rule) = Run(path, point, start, ref walk, stack, counters);
                if (verdict != Outcome.Passed)
                {
                    return Close(verdict, rule, rule < 0 ? start : _rules[rule].Chain, hook, default, in walk);
                }
                if (table == TableKind.Filter)
                {
                    (lastRule, lastChain, lastHook) = (rule, rule < 0 ? start : _rules[rule].Chain, hook);
                }
            }
            if (hook is Hook.Prerouting or Hook.Output && !walk.IsTracked)
            {
                walk.Track(conntrack, in packet);
            }
            if (hook is Hook.Input or Hook.Postrouting && IsRefused(ref walk))
            {
                return Close(Outcome.Dropped, -1, -1, hook, DropCause.Clash, in walk);
            }
            if (onward is not null)
            {
                (path, point, onward) = (onward, -1, null);
                lastHook = lastChain < 0 ? path.Points[^1].Hook : lastHook;
            }
        }
        return Close(Outcome.Passed, lastRule, lastChain, lastHook, default, in walk);
    }

    private static Decision Close(Outcome outcome, int rule, int chain, Hook hook, DropCause cause, in Walk walk) => new(outcome, rule, chain, hook)
    {
        Cause = cause,
        Zone = walk.Zone,
        ReplyZone = walk.ReplyZone,
        Source = walk.Source,
        Destination = walk.Destination,
        SourcePort = walk.SourcePort,
        DestinationPort = walk.DestinationPort,
        Open = walk.Open,
        IsSourceNat = (walk.States & ConnectionStates.Snat) != 0,
        IsDestinationNat = (walk.States & ConnectionStates.Dnat) != 0,
        Last = walk.Point,
        IsConfirmed = walk.IsConfirmed,
        Mark = walk.Mark,
        HopLimit = walk.HopLimit,
        TypeOfService = walk.TypeOfService,
        ConnectionMark = walk.ConnectionMark,
        IsNotrack = walk.IsNotrack,
    };

    /// <summary>One base chain and all it calls. The rule is -1 where its policy decided.</summary>
    private (Outcome Outcome, int Rule) Run(
        ResolvedPath path, int point, int start, ref Walk walk, Frame[] stack, RuleCounters? counters)
    {
        var depth = 0;
        var chain = start;
        var (rules, next, end) = Enter(path, point, chain);
        while (true)
        {
            if (next == end)
            {
                if (depth == 0)
                {
                    return Policy(start, in walk, counters);
                }
                (chain, var back) = stack[--depth];
                (rules, _, end) = Enter(path, point, chain);
                next = back;
                continue;
            }
            var number = rules is null ? next : rules[next];
            next++;
            ref readonly var rule = ref _rules[number];
            var truth = _runner.RunAll(in rule, in walk);
            if (truth == Truth.No)
            {
                continue;
            }
            if (truth == Truth.Maybe)
            {
                if (rule.Effect == Effect.Continue)
                {
                    continue; // whether it counts is not known, but nothing depends on it
                }
                return (Outcome.Depends, number);
            }
            if (counters is not null)
            {
                counters.Packets[number]++;
                counters.Bytes[number] += walk.Length;
            }
            switch (rule.Effect)
            {
                case Effect.Continue:
                    break;
                case Effect.Accept:
                    return (Outcome.Passed, number);
                case Effect.Drop:
                    return (Outcome.Dropped, number);
                case Effect.Return:
                    next = end;
                    break;
                case Effect.Jump or Effect.Goto:
                    if (!_codes[rule.Operand].IsShown || depth == MaxDepth)
                    {
                        return (Outcome.Depends, number);
                    }
                    if (rule.Effect == Effect.Jump)
                    {
                        stack[depth++] = new(chain, next);
                    }
                    chain = rule.Operand;
                    (rules, next, end) = Enter(path, point, chain);
                    break;
                case Effect.DestinationNat or Effect.SourceNat or Effect.NetworkNat:
                    return (NatTranslation.Apply(_nats[rule.Operand], ref walk, _addresses) ? Outcome.Passed : Outcome.Dropped, number);
                case Effect.Queue or Effect.Unknown:
                    return (Outcome.Depends, number);
                default:
                    Change(in rule, ref walk);
                    break;
            }
        }
    }

    /// <summary>A chain's rules: their numbers from next to end, or, where devices choose among them, a list and indices into it.</summary>
    private (int[]? Rules, int Next, int End) Enter(ResolvedPath path, int point, int chain)
    {
        ref readonly var code = ref _codes[chain];
        if (code.PathSlot < 0)
        {
            return (null, code.First, code.First + code.Count);
        }
        var rules = path.RulesAt(point, Chains[chain]);
        return (rules, 0, rules.Length);
    }

    private (Outcome Outcome, int Rule) Policy(int chain, in Walk walk, RuleCounters? counters)
    {
        if (counters is not null)
        {
            counters.PolicyPackets[chain]++;
            counters.PolicyBytes[chain] += walk.Length;
        }
        return (Chains[chain].Policy == Verdict.Drop ? Outcome.Dropped : Outcome.Passed, -1);
    }

    /// <summary>Effects that change the packet and go on.</summary>
    private static void Change(in CompiledRule rule, ref Walk walk)
    {
        switch (rule.Effect)
        {
            case Effect.SetMark:
                walk.Mark = walk.Mark & ~rule.B ^ rule.A;
                break;
            case Effect.SetConnmark when walk.HasConnection:
                walk.ConnectionMark = walk.ConnectionMark & ~rule.B ^ rule.A;
                break;
            case Effect.SaveConnmark when walk.HasConnection:
                walk.ConnectionMark = walk.ConnectionMark & ~rule.B ^ walk.Mark & rule.A;
                break;
            case Effect.RestoreConnmark when walk.HasConnection:
                walk.Mark = walk.Mark & ~rule.A ^ walk.ConnectionMark & rule.B;
                break;
            case Effect.SetZone or Effect.ZoneFromMark when !walk.HasTemplate:
                // the template that CT attaches is seen as a new connection until conntrack takes it off
                walk.HasTemplate = walk.HasConnection = true;
                walk.States = ConnectionStates.New;
                var zone = rule.Effect == Effect.SetZone ? (uint)rule.Operand : walk.Mark;
                (walk.Zone, walk.ReplyZone) = ((int)(zone & rule.A), (int)(zone & rule.B));
                break;
            case Effect.Notrack when !walk.HasTemplate:
                walk.HasTemplate = walk.IsNotrack = true;
                walk.States = ConnectionStates.Untracked;
                break;
            case Effect.SetTypeOfService:
                walk.TypeOfService = (byte)(walk.TypeOfService & ~rule.B ^ rule.A);
                break;
            case Effect.SetHopLimit:
                walk.HopLimit = (byte)rule.A;
                break;
            case Effect.AddHopLimit:
                walk.HopLimit = (byte)Math.Clamp(walk.HopLimit + (int)rule.A, 0, 255);
                break;
        }
    }

    /// <summary>Where a jump came from.</summary>
    private readonly record struct Frame(int Chain, int Next);
}
