using Plumbline.Diagnosis.Firewalls;
using Plumbline.Iptables;
using Plumbline.Neutron.SecurityGroups.Roles;

namespace Plumbline.Diagnosis.Explaining;

/// <summary>Where one port's rules stand in a state: what the name of its chains is, and how packets get to them.</summary>
internal sealed class PortWay
{
    private readonly RulesetState _state;
    private readonly FirewallTarget _target;

    public PortWay(RulesetState state, FirewallTarget target)
    {
        (_state, _target) = (state, target);
        Filter = state.Find("filter");
        Ingress = Own(ChainKind.Ingress);
        Egress = Own(ChainKind.Egress);
        Spoof = Own(ChainKind.Spoof);
        Wrap = Ingress is not null ? NeutronChain.Parse(Ingress).Wrap
            : Egress is not null ? NeutronChain.Parse(Egress).Wrap
            : Filter?.Chains.Select(c => NeutronChain.Parse(c.Name)).FirstOrDefault(c => c.Kind is ChainKind.Groups or ChainKind.AgentForward).Wrap;
        foreach (var chain in Filter?.Chains ?? [])
        {
            if (NeutronChain.Parse(chain.Name).Kind != ChainKind.AgentForward)
            {
                continue;
            }
            for (var i = 0; i < chain.Rules.Count; i++)
            {
                var role = RoleRecogniser.RoleOf(chain, i);
                if (role.Duty is NeutronDuty.PortSecurityOff or NeutronDuty.Trusted && role.Device is { } device && target.Owns(device))
                {
                    Open ??= role.Duty;
                }
            }
        }
    }

    public Table? Filter { get; }

    /// <summary>The agent's prefix; null where no chain of an agent is there.</summary>
    public string? Wrap { get; }

    /// <summary>Its ingress chain's name; null where no rule and no heading names it.</summary>
    public string? Ingress { get; }

    public string? Egress { get; }

    public string? Spoof { get; }

    /// <summary>Everything passes: <see cref="NeutronDuty.PortSecurityOff"/> or <see cref="NeutronDuty.Trusted"/>; null: not so.</summary>
    public NeutronDuty? Open { get; }

    /// <summary>Some rule or chain is about this port.</summary>
    public bool IsKnown => Ingress is not null || Egress is not null || Open is not null;

    /// <summary>The chain as shown; null where its text is not there.</summary>
    public Chain? Shown(string? name) => name is not null && Filter?.Find(name) is { IsShown: true } chain ? chain : null;

    /// <summary>A rule of a shared chain that is about this port, or about none.</summary>
    public bool Concerns(RuleRole role, Rule rule, bool? isIngress)
    {
        if (role.Device is { } device)
        {
            return _target.Owns(device) && (isIngress is null || role.IsIngress is null || role.IsIngress == isIngress);
        }
        if (role.Duty != NeutronDuty.Foreign)
        {
            return true;
        }
        // somebody else's rule concerns this port unless it names the device of another
        foreach (var match in rule.Matches)
        {
            if (match is PhysdevMatch physdev && (IsOther(physdev.In) || IsOther(physdev.Out)))
            {
                return false;
            }
        }
        return true;

        bool IsOther(Condition<InterfaceName>? condition) =>
            condition is { IsInverted: false, Value: { IsPrefix: false, Name: var name } } && !_target.Owns(name);
    }

    /// <summary>Whether shown rules lead from FORWARD to the chain; null where FORWARD, or a chain on the way, is not shown.</summary>
    public bool? IsLinked(string chain, bool isIngress)
    {
        if (Shown("FORWARD") is not { } forward)
        {
            return null;
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return Leads(forward, chain, isIngress, seen);
    }

    private bool? Leads(Chain from, string to, bool isIngress, HashSet<string> seen)
    {
        bool? answer = false;
        for (var i = 0; i < from.Rules.Count; i++)
        {
            var rule = from.Rules[i];
            if (rule.Target is JumpTarget jump && Concerns(RoleRecogniser.RoleOf(from, i), rule, isIngress))
            {
                if (jump.Chain == to)
                {
                    return true;
                }
                if (seen.Add(jump.Chain))
                {
                    var inner = Filter?.Find(jump.Chain);
                    var found = inner is not { IsShown: true }
                        ? NeutronChain.Parse(jump.Chain).Kind is ChainKind.AgentForward or ChainKind.Groups ? null : false
                        : Leads(inner, to, isIngress, seen);
                    if (found == true)
                    {
                        return true;
                    }
                    answer = found is null ? null : answer;
                }
            }
            if (ChainExplainer.EndsEverything(rule, _state, "filter"))
            {
                break;
            }
        }
        return answer;
    }

    private string? Own(ChainKind kind)
    {
        foreach (var chain in Filter?.Chains ?? [])
        {
            if (Is(chain.Name))
            {
                return chain.Name;
            }
            foreach (var rule in chain.Rules)
            {
                if (rule.Target is JumpTarget jump && Is(jump.Chain))
                {
                    return jump.Chain;
                }
            }
        }
        return null;

        bool Is(string name) => NeutronChain.Parse(name) is var place && place.Kind == kind && place.Port == _target.ChainId;
    }
}
