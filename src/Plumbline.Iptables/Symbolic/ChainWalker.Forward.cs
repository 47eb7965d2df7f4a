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
                var left = Pass(_table[number], _store.OrAll(sets.ToArray()), arriving, taken);
                atPolicy = number == start.Number ? left : atPolicy;
            }
        }
        return atPolicy;
    }

    private int Pass(SymbolicChain chain, int entering, Dictionary<int, List<int>> arriving, Action<SymbolicChain, int, int> taken)
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
                    left = _store.Or(_store.Minus(left, takes), Enter(_table[rule.Operand], takes, arriving, taken));
                    break;
                case Effect.Goto:
                    returned = _store.Or(returned, Enter(_table[rule.Operand], takes, arriving, taken));
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

    /// <summary>Packets that come back from a chain; what its rules take is found later, once for all its callers.</summary>
    private int Enter(SymbolicChain chain, int entering, Dictionary<int, List<int>> arriving, Action<SymbolicChain, int, int> taken)
    {
        if (!chain.Source.Source.IsShown)
        {
            return _store.Minus(entering, UnshownVerdict(chain).Ends);
        }
        if (IsChanging(chain) && _open.Add(chain.Number))
        {
            var left = Pass(chain, entering, arriving, taken);
            _open.Remove(chain.Number);
            return left;
        }
        if (!arriving.TryGetValue(chain.Number, out var sets))
        {
            arriving[chain.Number] = sets = [];
        }
        sets.Add(entering);
        return _store.And(entering, SumUp(chain).Returned);
    }

    /// <summary>Chains that can be reached, each behind all that call it (a chain that changes marks is passed within its callers).</summary>
    private List<int> CallersFirst(SymbolicChain start)
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
