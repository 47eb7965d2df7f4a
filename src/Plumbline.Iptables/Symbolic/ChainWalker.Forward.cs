using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

internal sealed partial class ChainWalker
{
    /// <summary>
    /// From the first rule to the last: which packets each rule meets and takes. Costs more than going backwards, so only questions about
    /// single rules ask for it.
    /// </summary>
    /// <param name="start">The base chain.</param>
    /// <param name="entering">Packets that enter it.</param>
    /// <param name="taken">Called for each rule and set that it takes; several times for a chain that changes marks.</param>
    /// <returns>Packets that meet the base chain's policy.</returns>
    public int Forward(SymbolicChain start, int entering, Action<SymbolicChain, int, int> taken)
    {
        var arriving = new Dictionary<int, List<int>> { [start.Number] = [entering] };
        var atPolicy = BddStore.False;
        foreach (var number in CallersFirst(start))
        {
            if (arriving.TryGetValue(number, out var sets))
            {
                var left = Pass(_table[number], _store.OrAll(sets.ToArray()), taken, Enter);
                atPolicy = number == start.Number ? left : atPolicy;
            }
        }
        return atPolicy;

        // packets that come back from a chain; what its rules take is found later, once for all its callers
        int Enter(SymbolicChain chain, int sent)
        {
            if (!chain.Source.Source.IsShown)
            {
                return _store.Minus(sent, UnshownVerdict(chain).Ends);
            }
            if (IsChanging(chain) && _open.Add(chain.Number))
            {
                var left = Pass(chain, sent, taken, Enter);
                _open.Remove(chain.Number);
                return left;
            }
            if (!arriving.TryGetValue(chain.Number, out var sets))
            {
                arriving[chain.Number] = sets = [];
            }
            sets.Add(sent);
            return _store.And(sent, SumUp(chain).Returned);
        }
    }

    /// <summary>Through one chain, rule by rule.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="entering">Packets that enter it.</param>
    /// <param name="taken">Called for each rule and set that it takes.</param>
    /// <param name="enter">Sends packets into another chain, and says which come back.</param>
    /// <returns>Packets that come to the chain's end, or return.</returns>
    public int Pass(
        SymbolicChain chain, int entering, Action<SymbolicChain, int, int> taken, Func<SymbolicChain, int, int> enter)
    {
        _store.CheckTime();
        var left = entering;
        var returned = BddStore.False;
        foreach (var sliced in RulesOf(chain))
        {
            ref readonly var rule = ref chain.Rules![sliced.Rule];
            var takes = _store.And(left, sliced.Match);
            if (takes == BddStore.False)
            {
                continue;
            }
            taken(chain, sliced.Rule, takes);
            switch (rule.Effect)
            {
                case Effect.Continue:
                    break;
                case Effect.Return:
                    returned = _store.Or(returned, takes);
                    left = _store.Minus(left, takes);
                    break;
                case Effect.Jump:
                    left = _store.Or(_store.Minus(left, takes), enter(_table[rule.Operand], takes));
                    break;
                case Effect.Goto:
                    returned = _store.Or(returned, enter(_table[rule.Operand], takes));
                    left = _store.Minus(left, takes);
                    break;
                case Effect.Unknown:
                    left = _store.Minus(left, _store.And(
                        takes, UnknownVerdict(_table.TextOf(in rule), _table.TextOf(in rule)).Ends));
                    break;
                case var effect when PacketChange.IsChange(effect):
                    if (_seen.IsChanged(in rule))
                    {
                        left = _store.Or(_store.Minus(left, takes), _change.After(in rule, takes));
                    }
                    break;
                default:
                    left = _store.Minus(left, takes);
                    break;
            }
            if (left == BddStore.False)
            {
                break;
            }
        }
        return _store.Or(left, returned);
    }

    /// <summary>Chains that can be reached, each behind all that call it (a chain that changes marks is passed within its callers).</summary>
    public List<int> CallersFirst(SymbolicChain start)
    {
        var done = new HashSet<int>();
        var order = new List<int>();
        Visit(start);
        order.Reverse();
        return order;

        void Visit(SymbolicChain chain)
        {
            if (!done.Add(chain.Number) || !chain.Source.Source.IsShown)
            {
                return;
            }
            foreach (var sliced in RulesOf(chain))
            {
                if (chain.Rules![sliced.Rule].Effect is Effect.Jump or Effect.Goto)
                {
                    Visit(_table[chain.Rules[sliced.Rule].Operand]);
                }
            }
            order.Add(chain.Number);
        }
    }
}
