using Plumbline.Iptables;
using Plumbline.Neutron.SecurityGroups.Roles;

namespace Plumbline.Diagnosis.Comparing;

internal sealed partial class IntentComparison
{
    /// <summary>
    /// Rules that Neutron writes and that are not there, though every packet fares as it should without them: they are told as what they
    /// are. One that others stand for (a prefix cut in two, a set's members one by one) is no difference.
    /// </summary>
    private void CompareIdleRules(IPFamily family, Ruleset live)
    {
        foreach (var table in _intended.Of(family).Tables)
        {
            foreach (var wanted in table.Chains)
            {
                var chain = live.Find(table.Name)?.Find(wanted.Name);
                if (live.Find(table.Name) is null || chain is { IsShown: false } || _findings.Has(family, table.Name, wanted.Name)
                    || (chain is null && NeutronChain.Parse(wanted.Name).Kind == ChainKind.BuiltIn))
                {
                    continue;
                }
                foreach (var rule in Missing(wanted, chain))
                {
                    AddIdle(family, table.Name, wanted, rule);
                }
            }
        }
    }

    private List<Rule> Missing(Chain wanted, Chain? live)
    {
        var missing = new List<Rule>();
        var there = new HashSet<Rule>((live?.Rules ?? []).Select(Bare));
        var boxes = BoxesOf(null);
        List<Weighed>? weighed = null;
        for (var i = 0; i < wanted.Rules.Count; i++)
        {
            var rule = wanted.Rules[i];
            var duty = RoleRecogniser.RoleOf(wanted, i).Duty;
            // zones are compared by what they do
            if (there.Contains(Bare(rule)) || duty is NeutronDuty.Zone or NeutronDuty.NoTrack
                || (duty == NeutronDuty.DeadZone && live?.Rules.Any(r => r.Target is CtTarget && r.Matches.Any(m => m is InInterfaceMatch
                    && rule.Matches.Contains(m))) == true))
            {
                continue;
            }
            weighed ??= (live?.Rules ?? []).Select(r => new Weighed(r, boxes.Of(r))).ToList();
            if (!RuleRuns.IsCovered(new(rule, boxes.Of(rule)), weighed))
            {
                missing.Add(rule);
            }
        }
        return missing;

        static Rule Bare(Rule rule) => new() { Matches = [.. rule.Matches.Where(m => m is not CommentMatch)], Target = rule.Target };
    }

    private void AddIdle(IPFamily family, string table, Chain wanted, Rule rule)
    {
        var text = TextOf(wanted, rule);
        _findings.Add(
            new()
            {
                Id = "missing-rule",
                What = $"a rule is missing from {wanted.Name}, at present without effect",
                HasEffect = false,
                Family = family,
                Table = table,
                Chain = wanted.Name,
                Evidence = [$"intended: {text}", "live: no such rule"],
                Consequence = "none now: other rules or the policy do the same to every packet that it is for",
                Fix = "systemctl restart neutron-openvswitch-agent: the agent writes its rules anew",
            },
            null, text);
    }

    /// <summary>Chains of ports that are not on this node any more.</summary>
    private void FindStaleChains(IPFamily family, Ruleset live)
    {
        foreach (var chain in live.Find(Filter)?.Chains ?? [])
        {
            var place = NeutronChain.Parse(chain.Name);
            if (place.Port is not { } id || place.Wrap != _wrap || !chain.IsShown
                || _intended.Ports.Any(p => p.Port.Id.StartsWith(id, StringComparison.Ordinal)))
            {
                continue;
            }
            _findings.Add(
                new()
                {
                    Id = "stale-chain",
                    What = $"chains of port {id}… are left over: no such port is to be on this node",
                    HasEffect = false,
                    Family = family,
                    Table = Filter,
                    Subject = chain.Name,
                    Evidence = [$"live: chain {chain.Name} with {chain.Rules.Count} rules"],
                    Consequence = "none as long as no device of that name is plugged",
                    Fix = "systemctl restart neutron-openvswitch-agent: the agent removes what it does not know",
                },
                null, id);
        }
    }
}
