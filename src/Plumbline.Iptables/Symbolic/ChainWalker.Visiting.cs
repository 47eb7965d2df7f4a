using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

internal sealed partial class ChainWalker
{
    /// <summary>
    /// Packets, as they are when they enter <paramref name="start"/>, that <paramref name="rule"/> of <paramref name="chain"/> takes.
    /// <see cref="Forward"/> tells what they have become by then, which is another set where rules change marks on the way.
    /// </summary>
    /// <param name="start">A base chain.</param>
    /// <param name="chain">A chain that it reaches.</param>
    /// <param name="rule">From 0; -1 for the policy of <paramref name="start"/>.</param>
    public int Visiting(SymbolicChain start, SymbolicChain chain, int rule) =>
        Visiting(start, rule < 0 ? BddStore.True : BddStore.False, chain.Number, rule, []);

    /// <param name="at">The chain to go through.</param>
    /// <param name="returned">Packets that come to the rule once they have left the chain at its end.</param>
    /// <param name="chain">The rule's chain.</param>
    /// <param name="rule">It.</param>
    /// <param name="holding">Chains from which the rule can be reached, as far as asked.</param>
    private int Visiting(SymbolicChain at, int returned, int chain, int rule, Dictionary<int, bool> holding)
    {
        _store.CheckTime();
        if (!at.Source.Source.IsShown || _open.Contains(at.Number))
        {
            return _store.Minus(returned, UnshownVerdict(at).Ends);
        }
        if (!IsChanging(at) && !Holds(at, chain, holding))
        {
            return returned == BddStore.False ? returned : _store.And(SumUp(at).Returned, returned);
        }
        _open.Add(at.Number);
        var rules = RulesOf(at);
        var after = returned;
        for (var i = rules.Length - 1; i >= 0; i--)
        {
            var match = rules[i].Match;
            if (at.Number == chain && rules[i].Rule == rule)
            {
                after = _store.Or(match, after);
                continue;
            }
            ref readonly var sliced = ref at.Rules![rules[i].Rule];
            after = sliced.Effect switch
            {
                Effect.Continue => after,
                Effect.Accept or Effect.Drop or Effect.DestinationNat or Effect.SourceNat or Effect.NetworkNat or Effect.Queue => _store.Minus(after, match),
                Effect.Return => _store.Ite(match, returned, after),
                Effect.Jump => _store.Ite(match, Visiting(_table[sliced.Operand], after, chain, rule, holding), after),
                Effect.Goto => _store.Ite(match, Visiting(_table[sliced.Operand], returned, chain, rule, holding), after),
                Effect.Unknown => _store.Minus(
                    after, _store.And(match, UnknownVerdict(_table.TextOf(in sliced), _table.TextOf(in sliced)).Ends)),
                _ => _store.Ite(match, _change.Before(in sliced, after, at.IsRaw), after),
            };
        }
        _open.Remove(at.Number);
        return after;
    }

    private bool Holds(SymbolicChain at, int chain, Dictionary<int, bool> holding)
    {
        if (at.Number == chain)
        {
            return true;
        }
        if (holding.TryGetValue(at.Number, out var known) || !at.Source.Source.IsShown)
        {
            return known;
        }
        holding[at.Number] = false; // in a circle nothing new is found
        var result = false;
        foreach (var sliced in RulesOf(at))
        {
            ref readonly var rule = ref at.Rules![sliced.Rule];
            result |= rule.Effect is Effect.Jump or Effect.Goto && Holds(_table[rule.Operand], chain, holding);
        }
        return holding[at.Number] = result;
    }
}
