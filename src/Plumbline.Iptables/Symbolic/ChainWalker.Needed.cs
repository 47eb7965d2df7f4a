using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

internal sealed partial class ChainWalker
{
    private readonly Dictionary<int, LocalRules> _local = [];
    private readonly Dictionary<int, bool> _counts = [];

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

    /// <summary>The chain's rules, as if every packet came to it. For chains that change nothing later rules see.</summary>
    public LocalRules Local(SymbolicChain chain)
    {
        if (_local.TryGetValue(chain.Number, out var known))
        {
            return known;
        }
        var rules = RulesOf(chain);
        var takes = new int[rules.Length];
        var left = BddStore.True;
        for (var i = 0; i < rules.Length; i++)
        {
            takes[i] = _store.And(left, rules[i].Match);
            if (takes[i] != BddStore.False)
            {
                left = _store.Minus(left, EndsHere(in chain.Rules![rules[i].Rule], takes[i]));
            }
        }
        return _local[chain.Number] = new(rules, takes, Mattering(chain, rules, takes));
    }

    /// <summary>Of packets that a rule takes, those that do not come to the next one.</summary>
    private int EndsHere(in CompiledRule rule, int takes) => rule.Effect switch
    {
        Effect.Continue => BddStore.False,
        Effect.Jump => _store.Minus(takes, SumUp(_table[rule.Operand]).Returned),
        Effect.Unknown => _store.And(takes, UnknownVerdict(_table.TextOf(in rule), _table.TextOf(in rule)).Ends),
        var effect when PacketChange.IsChange(effect) => BddStore.False,
        _ => takes,
    };

    /// <summary>
    /// For each rule the packets to which something else would happen without it. What follows a rule is known going backwards, so it is
    /// compared with what the rule itself does: the verdict, and whether something is logged, marked or rewritten on the way.
    /// </summary>
    private int[] Mattering(SymbolicChain chain, SlicedRule[] rules, int[] takes)
    {
        var result = new int[rules.Length];
        var (endAccepted, endReturned) = chain.Source.Policy is { } policy
            ? (policy == Verdict.Drop ? BddStore.False : BddStore.True, BddStore.False)
            : (BddStore.False, BddStore.True);
        var (accepted, returned, noted) = (endAccepted, endReturned, BddStore.False);
        for (var i = rules.Length - 1; i >= 0; i--)
        {
            var match = rules[i].Match;
            ref readonly var rule = ref chain.Rules![rules[i].Rule];
            switch (rule.Effect)
            {
                case Effect.Accept or Effect.Drop or Effect.Return:
                    var (own, back) = rule.Effect switch
                    {
                        Effect.Accept => (BddStore.True, BddStore.False),
                        Effect.Drop => (BddStore.False, BddStore.False),
                        _ => (endAccepted, endReturned),
                    };
                    result[i] = _store.OrAll(
                        [Differing(takes[i], own, accepted), Differing(takes[i], back, returned), _store.And(takes[i], noted)]);
                    (accepted, returned) = (Put(match, own, accepted), Put(match, back, returned));
                    noted = _store.Minus(noted, match);
                    break;
                case Effect.Jump or Effect.Goto:
                    var callee = _table[rule.Operand];
                    var called = SumUp(callee);
                    var isGoto = rule.Effect == Effect.Goto;
                    // who comes back from a jump fares as without it; who comes back from a goto is at the chain's end
                    var gone = isGoto ? match : _store.Minus(match, called.Returned);
                    var taken = isGoto ? takes[i] : _store.Minus(takes[i], called.Returned);
                    var accepts = _store.And(gone, called.Accepted);
                    var returns = isGoto ? _store.And(gone, called.Returned) : BddStore.False;
                    if (isGoto && endAccepted == BddStore.True)
                    {
                        (accepts, returns) = (_store.Or(accepts, returns), BddStore.False);
                    }
                    else if (isGoto && endReturned == BddStore.False)
                    {
                        returns = BddStore.False;
                    }
                    var isNoted = Counts(callee);
                    result[i] = isNoted ? takes[i] : _store.OrAll(
                        [Differing(taken, accepts, accepted), Differing(taken, returns, returned), _store.And(taken, noted)]);
                    accepted = _store.Or(_store.Minus(accepted, gone), accepts);
                    returned = _store.Or(_store.Minus(returned, gone), returns);
                    noted = isNoted ? _store.Or(noted, match) : _store.Minus(noted, gone);
                    break;
                case Effect.Queue:
                    result[i] = takes[i];
                    var answer = _space.Unknown(_table.TextOf(in rule), _table.TextOf(in rule));
                    (accepted, returned) = (_store.Ite(match, answer, accepted), _store.Minus(returned, match));
                    noted = _store.Or(noted, match);
                    break;
                case Effect.Unknown:
                    result[i] = takes[i];
                    var (ends, isAccepted) = UnknownVerdict(_table.TextOf(in rule), _table.TextOf(in rule));
                    var ended = _store.And(match, ends);
                    (accepted, returned) = (Put(ended, isAccepted, accepted), _store.Minus(returned, ended));
                    noted = _store.Or(noted, match);
                    break;
                case Effect.DestinationNat or Effect.SourceNat or Effect.NetworkNat:
                    result[i] = takes[i];
                    (accepted, returned) = (_store.Or(accepted, match), _store.Minus(returned, match));
                    noted = _store.Or(noted, match);
                    break;
                default:
                    // it logs, marks or counts: something, even where the verdict stays
                    result[i] = takes[i];
                    noted = _store.Or(noted, match);
                    break;
            }
        }
        return result;
    }

    /// <summary>Within <paramref name="within"/>, what is in one of the two only. Never larger than that.</summary>
    private int Differing(int within, int one, int other) => _store.Xor(_store.And(within, one), _store.And(within, other));

    /// <summary>Inside <paramref name="match"/> the one, outside of it the other; both walks stay within the match.</summary>
    private int Put(int match, int inside, int outside) => inside switch
    {
        BddStore.True => _store.Or(outside, match),
        BddStore.False => _store.Minus(outside, match),
        _ => _store.Or(_store.Minus(outside, match), _store.And(match, inside)),
    };

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

    /// <summary>What the rules of a chain do to a packet that enters it; which packets enter is another question.</summary>
    /// <param name="Rules">Those that the devices let match.</param>
    /// <param name="Takes">Of each: packets that the rules before it leave to it, and that it matches.</param>
    /// <param name="Matters">Of these: packets to which something else would happen without the rule.</param>
    internal sealed record LocalRules(SlicedRule[] Rules, int[] Takes, int[] Matters);
}
