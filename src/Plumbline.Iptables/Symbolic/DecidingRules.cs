using Plumbline.Iptables.Simulation;

namespace Plumbline.Iptables.Symbolic;

/// <summary>Who decides which packets of a base chain, as <c>plumb verdict</c> names it.</summary>
internal static class DecidingRules
{
    /// <summary>
    /// The rules at which the walk ends, with what they take. Where an ACCEPT asks nothing of the packet (the end of a Neutron agent's
    /// sg-chain), the RETURN by which it got there decides. A packet that no rule decides meets the policy, rule -1.
    /// </summary>
    public static List<Decided> Of(PacketSpace space, ChainWalker walker, SymbolicChain start, int entering)
    {
        var store = space.Store;
        var ends = new List<Decided>();
        var returns = new List<Decided>();
        var atPolicy = walker.Forward(start, entering, (chain, rule, set) =>
        {
            var effect = chain.Rules![rule].Effect;
            bool? accepts = effect switch
            {
                Effect.Accept or Effect.DestinationNat or Effect.SourceNat or Effect.NetworkNat => true,
                Effect.Drop => false,
                _ => null,
            };
            if (effect == Effect.Return)
            {
                returns.Add(new(chain, rule, set, walker.MatchOf(chain, rule), true));
            }
            else if (accepts is not null || effect is Effect.Queue or Effect.Unknown)
            {
                ends.Add(new(chain, rule, set, walker.MatchOf(chain, rule), accepts));
            }
        });
        ends.Add(new(start, -1, atPolicy, BddStore.True, start.Source.Policy != Verdict.Drop));
        if (walker.IsChanging(start))
        {
            // what a packet has become when it is decided is another packet: named are those that came in
            AsTheyCame(ends);
            AsTheyCame(returns);
        }
        var result = new List<Decided>();
        foreach (var end in ends)
        {
            var rest = end.Set;
            if (end.Match == BddStore.True && end.Accepts == true)
            {
                foreach (var back in returns)
                {
                    var part = store.And(rest, back.Set);
                    if (part != BddStore.False)
                    {
                        result.Add(back with { Set = part });
                        rest = store.Minus(rest, part);
                    }
                }
            }
            if (rest != BddStore.False)
            {
                result.Add(end with { Set = rest });
            }
        }
        return result;

        void AsTheyCame(List<Decided> found)
        {
            for (var i = 0; i < found.Count; i++)
            {
                found[i] = found[i] with { Set = store.And(entering, walker.Visiting(start, found[i].Chain, found[i].Rule)) };
            }
        }
    }

    /// <summary>Packets, as they enter the base chain, that a rule decides.</summary>
    /// <param name="Chain">Its chain.</param>
    /// <param name="Rule">From 0; -1: the chain's policy.</param>
    /// <param name="Set">The packets.</param>
    /// <param name="Match">All that it asks.</param>
    /// <param name="Accepts">Null: it depends (a queue, a target that nobody knows).</param>
    internal readonly record struct Decided(SymbolicChain Chain, int Rule, int Set, int Match, bool? Accepts)
    {
        /// <summary>For people.</summary>
        public DecidingRule ToRule() => new(Chain.Source.Table.Name, Chain.Name, Rule + 1, Rule < 0 ? null : Chain.RuleAt(Rule));
    }
}
