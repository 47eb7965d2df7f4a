using Plumbline.Iptables;
using Plumbline.Neutron.SecurityGroups.Roles;

namespace Plumbline.Diagnosis.Comparing;

internal sealed partial class IntentComparison
{
    /// <summary>Rules that Neutron writes though no packet ever depends on them: told when they are missing, as what they are.</summary>
    private void CompareIdleRules(IPFamily family, Ruleset live)
    {
        foreach (var table in _intended.Of(family).Tables)
        {
            foreach (var wanted in table.Chains)
            {
                var chain = live.Find(table.Name)?.Find(wanted.Name);
                for (var i = 0; i < wanted.Rules.Count; i++)
                {
                    if (!IsIdle(wanted, i) || (chain is { IsShown: false } or null && NeutronChain.Parse(wanted.Name).Kind == ChainKind.BuiltIn)
                        || chain?.Rules.Any(r => SameButComment(r, wanted.Rules[i])) == true
                        || _findings.Has(family, table.Name, wanted.Name))
                    {
                        continue;
                    }
                    var text = TextOf(wanted, wanted.Rules[i]);
                    _findings.Add(
                        new()
                        {
                            Id = "missing-rule",
                            What = $"a rule without effect is missing from {wanted.Name}",
                            HasEffect = false,
                            Family = family,
                            Table = table.Name,
                            Chain = wanted.Name,
                            Evidence = [$"intended: {text}", "live: no such rule"],
                            Consequence = "none: no packet depends on it",
                            Fix = "none needed; the agent writes it at its next pass over that table",
                        },
                        null, text);
                }
            }
        }
    }

    private static bool IsIdle(Chain chain, int index)
    {
        var role = RoleRecogniser.RoleOf(chain, index);
        return role.Duty switch
        {
            NeutronDuty.FromInput or NeutronDuty.DeadZone or NeutronDuty.EnterFilterTop or NeutronDuty.ToLocal => true,
            NeutronDuty.EnterAgent => chain.Name is "INPUT" or "OUTPUT",
            NeutronDuty.PortSecurityOff => NeutronChain.Parse(chain.Name).Kind == ChainKind.AgentInput,
            _ => false,
        };
    }

    private static bool SameButComment(Rule one, Rule other)
    {
        if (!Equals(one.Target, other.Target) || Count(one) != Count(other))
        {
            return false;
        }
        foreach (var match in one.Matches)
        {
            if (match is not CommentMatch && !other.Matches.Contains(match))
            {
                return false;
            }
        }
        return true;

        static int Count(Rule rule) => rule.Matches.Count(m => m is not CommentMatch);
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
                    Evidence = [$"live: chain {chain.Name} with {chain.Rules.Count} rules"],
                    Consequence = "none as long as no device of that name is plugged",
                    Fix = "systemctl restart neutron-openvswitch-agent: the agent removes what it does not know",
                },
                null, id);
        }
    }
}
