using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

internal sealed partial class ChainWalker
{
    /// <summary>Devices that a packet can have here.</summary>
    public int Possible => _devices.Possible();

    /// <summary>Packets that never get to the rules behind this one.</summary>
    public int TakenForGood(SymbolicChain chain, SlicedRule sliced)
    {
        ref readonly var rule = ref chain.Rules![sliced.Rule];
        return rule.Effect switch
        {
            Effect.Continue or Effect.Unknown => BddStore.False,
            Effect.Jump => _store.Minus(sliced.Match, SumUp(_table[rule.Operand]).Returned),
            var effect when PacketChange.IsChange(effect) => BddStore.False,
            _ => sliced.Match,
        };
    }

    /// <summary>
    /// For each rule that takes packets: whether without it something else would happen to one of them. What follows a rule is known going
    /// backwards, so it is compared with what the rule itself does.
    /// </summary>
    /// <param name="chain">The chain.</param>
    /// <param name="taken">Packets that each rule takes, where it takes any.</param>
    public List<(int Rule, bool IsNeeded)> Needed(SymbolicChain chain, Dictionary<int, int> taken)
    {
        var result = new List<(int, bool)>(taken.Count);
        var isBase = chain.Source.Policy is not null;
        var end = isBase
            ? new Summary(chain.Source.Policy == Verdict.Drop ? BddStore.False : BddStore.True, BddStore.False)
            : new Summary(BddStore.False, BddStore.True);
        var (accepted, returned) = end;
        var rules = RulesOf(chain);
        for (var i = rules.Length - 1; i >= 0; i--)
        {
            var match = rules[i].Match;
            ref readonly var rule = ref chain.Rules![rules[i].Rule];
            var takes = taken.GetValueOrDefault(rules[i].Rule, BddStore.False);
            Summary? does = rule.Effect switch
            {
                Effect.Accept => new(BddStore.True, BddStore.False),
                Effect.Drop => new(BddStore.False, BddStore.False),
                Effect.Return => end,
                Effect.Jump when !IsChanging(_table[rule.Operand]) && !Counts(_table[rule.Operand]) => After(SumUp(_table[rule.Operand]), new(accepted, returned)),
                Effect.Goto when !IsChanging(_table[rule.Operand]) && !Counts(_table[rule.Operand]) => After(SumUp(_table[rule.Operand]), end),
                _ => null,
            };
            if (takes != BddStore.False)
            {
                // a rule that logs, marks or rewrites does something even where the verdict stays
                var isNeeded = does is not { } verdict
                    || _store.And(takes, _store.Or(_store.Xor(verdict.Accepted, accepted), _store.Xor(verdict.Returned, returned))) != BddStore.False;
                result.Add((rules[i].Rule, isNeeded));
            }
            does ??= rule.Effect is Effect.Jump or Effect.Goto ? After(SumUp(_table[rule.Operand]), rule.Effect == Effect.Goto ? end : new(accepted, returned))
                : rule.Effect is Effect.DestinationNat or Effect.SourceNat ? new(BddStore.True, BddStore.False) : null;
            if (does is { } done)
            {
                accepted = _store.Ite(match, done.Accepted, accepted);
                returned = _store.Ite(match, done.Returned, returned);
            }
        }
        return result;
    }

    private Summary After(Summary called, Summary next) => new(
        _store.Or(called.Accepted, _store.And(called.Returned, next.Accepted)), _store.And(called.Returned, next.Returned));

    /// <summary>The chain logs, marks or rewrites somewhere: being sent there is not nothing.</summary>
    private bool Counts(SymbolicChain chain)
    {
        if (_counts.TryGetValue(chain.Number, out var known))
        {
            return known;
        }
        _counts[chain.Number] = false;
        var result = !chain.Source.Source.IsShown;
        foreach (var sliced in RulesOf(chain))
        {
            ref readonly var rule = ref chain.Rules![sliced.Rule];
            result |= rule.Effect is Effect.Jump or Effect.Goto ? Counts(_table[rule.Operand])
                : rule.Effect is not (Effect.Accept or Effect.Drop or Effect.Return);
        }
        return _counts[chain.Number] = result;
    }

    private readonly Dictionary<int, bool> _counts = [];
}
