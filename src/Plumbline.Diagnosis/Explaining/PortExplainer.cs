using Plumbline.Diagnosis.Firewalls;
using Plumbline.Iptables;
using Plumbline.Neutron.SecurityGroups.Roles;

namespace Plumbline.Diagnosis.Explaining;

/// <summary>A port's chains in the order in which a reader wants them.</summary>
internal static class PortExplainer
{
    private const string Filter = "filter";

    /// <summary>The whole way.</summary>
    public static StateExplanation ExplainFirst(ChainExplainer explainer, RulesetState state, PortWay way, bool? isIngress)
    {
        var sections = new List<ExplanationSection>();
        if (way.IsKnown)
        {
            var shown = new HashSet<string>(StringComparer.Ordinal);
            Add(sections, SectionKind.Tracking, Tracking(explainer, state, way, isIngress));
            Add(sections, SectionKind.Way, Way(explainer, state, way, isIngress, shown));
            if (isIngress != false)
            {
                Add(sections, SectionKind.ToInstance, Own(explainer, state, way.Ingress, null, way, shown));
            }
            if (isIngress != true)
            {
                Add(sections, SectionKind.FromInstance, Own(explainer, state, way.Egress, way.Spoof, way, shown));
            }
        }
        return new() { Family = state.Family, Number = 1, Sections = sections };
    }

    /// <summary>What is different from the state before, in chains that are the port's or shared.</summary>
    public static StateExplanation ExplainLater(
        ChainExplainer explainer, RulesetState before, RulesetState state, int number, FirewallTarget target)
    {
        var changes = new List<RuleChange>();
        foreach (var chain in state.Changed)
        {
            if (NeutronChain.Parse(chain.Name) is { Port: { } port } && port != target.ChainId)
            {
                continue;
            }
            var table = state.Tables.First(t => t.Find(chain.Name) is { } found && ReferenceEquals(found, chain)).Name;
            var now = explainer.Explain(state, table, chain.Name);
            var then = explainer.Explain(before, table, chain.Name);
            changes.AddRange(now.Rules.Where(r => !then.Rules.Any(o => RuleEquality.SameButComment(o.Rule, r.Rule)))
                .Select(r => new RuleChange(chain.Name, chain.Line, r, IsAdded: true)));
            changes.AddRange(then.Rules.Where(r => !now.Rules.Any(o => RuleEquality.SameButComment(o.Rule, r.Rule)))
                .Select(r => new RuleChange(chain.Name, chain.Line, r, IsAdded: false)));
        }
        return new() { Family = state.Family, Number = number, Changes = changes };
    }

    private static List<ChainExplanation> Tracking(ChainExplainer explainer, RulesetState state, PortWay way, bool? isIngress)
    {
        var chains = new List<ChainExplanation>();
        foreach (var chain in state.Find("raw")?.Chains ?? [])
        {
            if (NeutronChain.Parse(chain.Name).Kind == ChainKind.AgentPrerouting && chain.IsShown)
            {
                var explained = explainer.Explain(state, "raw", chain.Name, (role, rule) => way.Concerns(role, rule, isIngress));
                if (explained.Rules.Count > 0)
                {
                    chains.Add(explained);
                }
            }
        }
        return chains;
    }

    private static List<ChainExplanation> Way(
        ChainExplainer explainer, RulesetState state, PortWay way, bool? isIngress, HashSet<string> shown)
    {
        var chains = new List<ChainExplanation>();
        var wrap = way.Wrap ?? "";
        if (way.Shown("FORWARD") is { } forward)
        {
            Show("FORWARD");
            // somebody else's chains that a packet meets before Neutron's
            for (var i = 0; i < forward.Rules.Count; i++)
            {
                var duty = RoleRecogniser.RoleOf(forward, i).Duty;
                if (duty == NeutronDuty.EnterAgent)
                {
                    break;
                }
                if (duty == NeutronDuty.Foreign && forward.Rules[i].Target is JumpTarget jump)
                {
                    ShowForeign(jump.Chain);
                }
            }
        }
        Show($"{wrap}-FORWARD");
        if (way.Open is null)
        {
            Show($"{wrap}-sg-chain");
        }
        return chains;

        void Show(string name)
        {
            if (way.Shown(name) is not null && shown.Add(name))
            {
                chains.Add(explainer.Explain(state, Filter, name, (role, rule) => way.Concerns(role, rule, isIngress)));
            }
        }

        void ShowForeign(string name)
        {
            if (way.Shown(name) is not { } chain || !shown.Add(name))
            {
                return;
            }
            chains.Add(explainer.Explain(state, Filter, name));
            foreach (var rule in chain.Rules)
            {
                if (rule.Target is JumpTarget jump && NeutronChain.Parse(jump.Chain).Kind == ChainKind.Foreign)
                {
                    ShowForeign(jump.Chain);
                }
            }
        }
    }

    /// <summary>A chain of the port's own, then what it leads to.</summary>
    private static List<ChainExplanation> Own(
        ChainExplainer explainer, RulesetState state, string? name, string? spoof, PortWay way, HashSet<string> shown)
    {
        var chains = new List<ChainExplanation>();
        if (name is null)
        {
            return chains;
        }
        var own = explainer.Explain(state, Filter, name);
        chains.Add(own);
        foreach (var rule in own.Rules)
        {
            if (rule.Rule.Target is JumpTarget jump && chains.TrueForAll(c => c.Name != jump.Chain))
            {
                chains.Add(shown.Add(jump.Chain)
                    ? explainer.Explain(state, Filter, jump.Chain)
                    : explainer.Explain(state, Filter, jump.Chain) with { IsShownAbove = true });
            }
        }
        if (spoof is not null && way.Shown(spoof) is not null && chains.TrueForAll(c => c.Name != spoof))
        {
            chains.Add(explainer.Explain(state, Filter, spoof));
        }
        return chains;
    }

    private static void Add(List<ExplanationSection> sections, SectionKind kind, List<ChainExplanation> chains)
    {
        if (chains.Count > 0)
        {
            sections.Add(new(kind, chains));
        }
    }
}
