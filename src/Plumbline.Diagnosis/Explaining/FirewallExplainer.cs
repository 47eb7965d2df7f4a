using Plumbline.Diagnosis.Firewalls;
using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Explaining;

/// <summary><c>plumb explain</c>: a port's own way through the chains, or whole chains, rule by rule. Pure.</summary>
public static class FirewallExplainer
{
    private static readonly IPFamily[] _families = [IPFamily.IPv4, IPFamily.IPv6];

    /// <summary>Explains the chains of one port.</summary>
    /// <param name="firewall">The node's rules.</param>
    /// <param name="target">The port.</param>
    /// <param name="isIngress">Only the way in, or out; null: both.</param>
    public static FirewallExplanation ExplainPort(NodeRules firewall, FirewallTarget target, bool? isIngress = null)
    {
        var explainer = new ChainExplainer(firewall);
        var states = new List<StateExplanation>();
        var summaries = new List<FamilySummary>();
        foreach (var family in _families)
        {
            var moments = RulesetState.Of(firewall.Rulesets.Where(p => !p.IsLegacy).Select(p => p.Ruleset), family);
            if (moments.Count == 0)
            {
                moments = RulesetState.Of(firewall.Rulesets.Select(p => p.Ruleset), family);
            }
            for (var i = 0; i < moments.Count; i++)
            {
                var way = new PortWay(moments[i], target);
                var summary = FamilySummary.Of(firewall, moments[i], way, target);
                if (i == 0)
                {
                    summaries.Add(summary);
                    states.Add(PortExplainer.ExplainFirst(explainer, moments[i], way, isIngress));
                }
                else if (PortExplainer.ExplainLater(explainer, moments[i - 1], moments[i], i + 1, target) is { Changes.Count: > 0 } later)
                {
                    states.Add(later with { Summary = SummaryWords.Say([summary]) });
                }
            }
        }
        return new() { Target = target, Summary = SummaryWords.Say(summaries, target.IsInSwitch), States = states };
    }

    /// <summary>Explains one chain with all chains that it leads to, or every chain.</summary>
    /// <param name="firewall">The node's rules.</param>
    /// <param name="chain">The chain's name; null: all chains.</param>
    public static FirewallExplanation ExplainChains(NodeRules firewall, string? chain)
    {
        var explainer = new ChainExplainer(firewall);
        var states = new List<StateExplanation>();
        // where Neutron has nothing, that a rule is not Neutron's is no news
        var hasNeutron = ListPorts(firewall).Count > 0;
        foreach (var family in _families)
        {
            var moments = RulesetState.Of(firewall.Rulesets.Select(p => p.Ruleset), family);
            for (var i = 0; i < moments.Count; i++)
            {
                var chains = new List<ChainExplanation>();
                foreach (var table in moments[i].Tables)
                {
                    var names = i > 0 ? Names(moments[i].Changed, chain) : chain is null ? Names(table.Chains, null) : Reached(table, chain);
                    chains.AddRange(names.Where(n => table.Find(n) is not null)
                        .Select(n => explainer.Explain(moments[i], table.Name, n))
                        .Select(c => hasNeutron ? c : c with { Rules = [.. c.Rules.Select(r => r with { Label = null })] }));
                }
                if (chains.Count > 0)
                {
                    states.Add(new() { Family = family, Number = i + 1, Sections = [new(SectionKind.Other, chains)] });
                }
            }
        }
        return new() { States = states };
    }

    /// <summary>Every port that some rule is about, by what their names tell, in the order of the rules.</summary>
    public static IReadOnlyList<FirewallTarget> ListPorts(NodeRules firewall)
    {
        var found = new List<FirewallTarget>();
        foreach (var part in firewall.Rulesets)
        {
            foreach (var chain in part.Ruleset.Tables.SelectMany(t => t.Chains))
            {
                PortFinder.Collect(chain, found);
            }
        }
        return found;
    }

    private static IReadOnlyList<string> Names(IReadOnlyList<Chain> chains, string? only) =>
        [.. chains.Select(c => c.Name).Where(n => only is null || n == only).Distinct(StringComparer.Ordinal)];

    private static List<string> Reached(Table table, string start)
    {
        var reached = new List<string>();
        Visit(start);
        return reached;

        void Visit(string name)
        {
            if (table.Find(name) is not { } chain || reached.Contains(name))
            {
                return;
            }
            reached.Add(name);
            foreach (var rule in chain.Rules)
            {
                if (rule.Target is JumpTarget jump)
                {
                    Visit(jump.Chain);
                }
            }
        }
    }
}
