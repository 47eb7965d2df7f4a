using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

internal sealed partial class ChainWalker
{
    /// <summary>
    /// Packets that end well when they enter <paramref name="chain"/>, a base chain: <paramref name="accepted"/> is the set of those that
    /// end well once this table has accepted them.
    /// </summary>
    /// <param name="chain">The base chain.</param>
    /// <param name="accepted">See above.</param>
    /// <param name="translated">The same for packets that nat has rewritten, which it asks no further table about; null: no other.</param>
    public int Accepted(SymbolicChain chain, int accepted, int? translated = null)
    {
        _translated = translated;
        _isSourceHook = chain.Source.Source.Name is "INPUT" or "POSTROUTING";
        var policy = chain.Source.Policy == Verdict.Drop ? BddStore.False : accepted;
        return Backward(chain, accepted, policy);
    }

    /// <summary>
    /// From the last rule to the first. <paramref name="returned"/>: packets that end well once they leave the chain at its end. No set of
    /// "remaining packets" is carried along: a rule costs one ITE on what follows.
    /// </summary>
    private int Backward(SymbolicChain chain, int accepted, int returned)
    {
        var rules = RulesOf(chain);
        var after = returned;
        for (var i = rules.Length - 1; i >= 0; i--)
        {
            var match = rules[i].Match;
            ref readonly var rule = ref chain.Rules![rules[i].Rule];
            switch (rule.Effect)
            {
                case Effect.Continue:
                    break;
                case Effect.Accept:
                    after = _store.Ite(match, accepted, after);
                    break;
                case Effect.Drop:
                    after = _store.Minus(after, match);
                    break;
                case Effect.Return:
                    after = _store.Ite(match, returned, after);
                    break;
                case Effect.Jump:
                    after = Called(match, _table[rule.Operand], accepted, after);
                    break;
                case Effect.Goto:
                    after = _store.Ite(match, Through(_table[rule.Operand], accepted, returned), after);
                    break;
                case Effect.DestinationNat or Effect.SourceNat or Effect.NetworkNat:
                    after = _store.Ite(match, _nat.Before(in rule, _translated ?? accepted, _devices.Point, _isSourceHook), after);
                    break;
                case Effect.Queue:
                    var answer = _space.Unknown(_table.TextOf(in rule), _table.TextOf(in rule));
                    after = _store.Ite(match, _store.And(answer, accepted), after);
                    break;
                case Effect.Unknown:
                    var (ends, accepts) = UnknownVerdict(_table.TextOf(in rule), _table.TextOf(in rule));
                    after = _store.Ite(match, _store.Ite(ends, _store.And(accepts, accepted), after), after);
                    break;
                default:
                    after = _store.Ite(match, _change.Before(in rule, after, chain.IsRaw), after);
                    break;
            }
        }
        return after;
    }

    /// <summary>A jump. Where the chain is summed up no walk leaves the rule's match, however much follows it.</summary>
    private int Called(int match, SymbolicChain callee, int accepted, int after)
    {
        if (!callee.Source.Source.IsShown || _open.Contains(callee.Number) || IsChanging(callee) || HasNat(callee, accepted))
        {
            return _store.Ite(match, Through(callee, accepted, after), after);
        }
        var summary = SumUp(callee);
        var ended = _store.Minus(match, summary.Returned);
        var well = _store.And(_store.And(match, summary.Accepted), accepted);
        return _store.Or(_store.Minus(after, ended), well);
    }

    private int Through(SymbolicChain chain, int accepted, int returned)
    {
        _store.CheckTime();
        if (!chain.Source.Source.IsShown || _open.Contains(chain.Number))
        {
            var (ends, accepts) = UnshownVerdict(chain);
            return _store.Ite(ends, _store.And(accepts, accepted), returned);
        }
        if (!IsChanging(chain) && !HasNat(chain, accepted))
        {
            var summary = SumUp(chain);
            return _store.Or(_store.And(summary.Accepted, accepted), _store.And(summary.Returned, returned));
        }
        _open.Add(chain.Number);
        var result = Backward(chain, accepted, returned);
        _open.Remove(chain.Number);
        return result;
    }

    /// <summary>Addresses are rewritten, and somebody looks at the packet afterwards.</summary>
    private static bool HasNat(SymbolicChain chain, int accepted) => accepted > BddStore.False && chain.Source.Table.Name == "nat";

    private readonly HashSet<int> _open = [];
    private int? _translated;
    private bool _isSourceHook;

    /// <summary>Computed once for each chain, callees first.</summary>
    public Summary SumUp(SymbolicChain chain)
    {
        if (_summaries.TryGetValue(chain.Number, out var known))
        {
            return known;
        }
        if (!chain.Source.Source.IsShown || !_open.Add(chain.Number))
        {
            var (ends, accepts) = UnshownVerdict(chain);
            return new(_store.And(ends, accepts), ends ^ 1);
        }
        int accepted = BddStore.False, returned = BddStore.True;
        var rules = RulesOf(chain);
        for (var i = rules.Length - 1; i >= 0; i--)
        {
            var match = rules[i].Match;
            ref readonly var rule = ref chain.Rules![rules[i].Rule];
            switch (rule.Effect)
            {
                case Effect.Accept or Effect.DestinationNat or Effect.SourceNat or Effect.NetworkNat:
                    accepted = _store.Or(accepted, match);
                    returned = _store.Minus(returned, match);
                    break;
                case Effect.Drop:
                    accepted = _store.Minus(accepted, match);
                    returned = _store.Minus(returned, match);
                    break;
                case Effect.Return:
                    accepted = _store.Minus(accepted, match);
                    returned = _store.Or(returned, match);
                    break;
                case Effect.Jump:
                    var called = SumUp(_table[rule.Operand]);
                    var ended = _store.Minus(match, called.Returned);
                    accepted = _store.Or(_store.Minus(accepted, ended), _store.And(match, called.Accepted));
                    returned = _store.Minus(returned, ended);
                    break;
                case Effect.Goto:
                    var gone = SumUp(_table[rule.Operand]);
                    accepted = _store.Ite(match, gone.Accepted, accepted);
                    returned = _store.Ite(match, gone.Returned, returned);
                    break;
                case Effect.Queue:
                    accepted = _store.Ite(match, _space.Unknown(_table.TextOf(in rule), _table.TextOf(in rule)), accepted);
                    returned = _store.Minus(returned, match);
                    break;
                case Effect.Unknown:
                    var (ends, accepts) = UnknownVerdict(_table.TextOf(in rule), _table.TextOf(in rule));
                    accepted = _store.Ite(match, _store.Ite(ends, accepts, accepted), accepted);
                    returned = _store.Minus(returned, _store.And(match, ends));
                    break;
            }
        }
        _open.Remove(chain.Number);
        return _summaries[chain.Number] = new(accepted, returned);
    }
}
