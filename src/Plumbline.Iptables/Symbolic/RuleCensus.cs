using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

/// <summary>
/// Which rules below a base chain take a packet, and which of them matter. What a chain's rules do is worked out once, as if every packet
/// came there; which packets do is then only asked, not built, rule by rule: whether two sets meet makes no diagram.
/// </summary>
internal sealed class RuleCensus
{
    /// <summary>So many callers are tried one by one before the rest is put together: of the first few mostly all rules take something.</summary>
    private const int OneByOne = 6;

    private readonly ChainTable _table;
    private readonly ChainWalker _walker;
    private readonly BddStore _store;
    private readonly Dictionary<int, List<(int Set, int Taken)>> _arriving = [];
    private readonly HashSet<int> _open = [];
    private readonly Action<SymbolicChain, int, bool> _seen;

    /// <param name="table">The chains.</param>
    /// <param name="space">The packets.</param>
    /// <param name="walker">With the devices of the question.</param>
    /// <param name="seen">Told for each rule that takes a packet; true: it matters. May be told of a rule twice.</param>
    public RuleCensus(ChainTable table, PacketSpace space, ChainWalker walker, Action<SymbolicChain, int, bool> seen)
    {
        (_table, _walker, _store, _seen) = (table, walker, space.Store, seen);
    }

    /// <summary>Counts from a base chain on.</summary>
    /// <param name="start">The base chain.</param>
    /// <param name="entering">Packets that enter it.</param>
    /// <param name="entered">Told for each chain that some packet enters.</param>
    public void Count(SymbolicChain start, int entering, Action<SymbolicChain> entered)
    {
        _arriving[start.Number] = [(entering, BddStore.True)];
        foreach (var number in _walker.CallersFirst(start))
        {
            var chain = _table[number];
            if (!_arriving.Remove(number, out var sets))
            {
                continue;
            }
            if (_walker.IsChanging(chain))
            {
                var all = All(sets, 0);
                if (all != BddStore.False)
                {
                    entered(chain);
                    Pass(chain, all, entered);
                }
                continue;
            }
            if (Ask(chain, sets))
            {
                entered(chain);
            }
        }
    }

    /// <summary>Of the packets that come by each of several ways. Whether any comes at all.</summary>
    private bool Ask(SymbolicChain chain, List<(int Set, int Taken)> ways)
    {
        var local = _walker.Local(chain);
        var calls = new List<int>();
        var open = new List<int>(local.Rules.Length);
        for (var i = 0; i < local.Rules.Length; i++)
        {
            if (local.Takes[i] == BddStore.False)
            {
                continue;
            }
            open.Add(i);
            if (chain.Rules![local.Rules[i].Rule].Effect is Effect.Jump or Effect.Goto)
            {
                calls.Add(i);
            }
        }
        var isEntered = false;
        for (var way = 0; way < ways.Count && (open.Count > 0 || calls.Count > 0 || !isEntered); way++)
        {
            _store.CheckTime();
            var isRest = way == OneByOne;
            var entering = isRest ? All(ways, way) : _store.And(ways[way].Set, ways[way].Taken);
            if (entering == BddStore.False)
            {
                continue;
            }
            isEntered = true;
            var kept = 0;
            for (var k = 0; k < open.Count; k++)
            {
                var i = open[k];
                if (!Tell(chain, local, i, entering))
                {
                    open[kept++] = i;
                }
            }
            open.RemoveRange(kept, open.Count - kept);
            foreach (var i in calls)
            {
                Send(in chain.Rules![local.Rules[i].Rule], entering, local.Takes[i]);
            }
            if (isRest)
            {
                break;
            }
        }
        return isEntered;
    }

    /// <summary>True: nothing more can be found out about the rule.</summary>
    private bool Tell(SymbolicChain chain, ChainWalker.LocalRules local, int i, int entering)
    {
        var (takes, matters) = (local.Takes[i], local.Matters[i]);
        if (matters != BddStore.False && _store.Meets(entering, matters))
        {
            _seen(chain, local.Rules[i].Rule, true);
            return true;
        }
        if (matters != takes && _store.Meets(entering, takes))
        {
            _seen(chain, local.Rules[i].Rule, false);
            return matters == BddStore.False;
        }
        return false;
    }

    private void Send(in CompiledRule rule, int entering, int taken)
    {
        if (_table[rule.Operand].Source.Source.IsShown)
        {
            if (!_arriving.TryGetValue(rule.Operand, out var sets))
            {
                _arriving[rule.Operand] = sets = [];
            }
            sets.Add((entering, taken));
        }
    }

    private int All(List<(int Set, int Taken)> ways, int from)
    {
        var edges = new int[ways.Count - from];
        for (var i = 0; i < edges.Length; i++)
        {
            edges[i] = _store.And(ways[from + i].Set, ways[from + i].Taken);
        }
        return _store.OrAll(edges);
    }

    /// <summary>
    /// A chain that changes what later rules look at is passed within each of its callers, since what enters a rule is not what entered
    /// the chain. Its rules all count as mattering.
    /// </summary>
    private int Pass(SymbolicChain chain, int entering, Action<SymbolicChain> entered) =>
        _walker.Pass(chain, entering, (at, rule, _) => _seen(at, rule, true), (callee, takes) =>
        {
            if (!callee.Source.Source.IsShown)
            {
                return _store.Minus(takes, _walker.UnshownVerdict(callee).Ends);
            }
            if (_walker.IsChanging(callee) && _open.Add(callee.Number))
            {
                entered(callee);
                var left = Pass(callee, takes, entered);
                _open.Remove(callee.Number);
                return left;
            }
            if (!_arriving.TryGetValue(callee.Number, out var sets))
            {
                _arriving[callee.Number] = sets = [];
            }
            sets.Add((takes, BddStore.True));
            return _store.And(takes, _walker.SumUp(callee).Returned);
        });
}
