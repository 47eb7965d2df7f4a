using Plumbline.Diagnosis.Firewalls;
using Plumbline.Iptables;
using Plumbline.Neutron.SecurityGroups.Roles;

namespace Plumbline.Diagnosis.Explaining;

/// <summary>What one family's chains let a port do.</summary>
internal sealed record FamilySummary
{
    public required IPFamily Family { get; init; }

    /// <summary>Some rule is about the port.</summary>
    public bool IsKnown { get; init; }

    /// <summary>Everything passes.</summary>
    public NeutronDuty? Open { get; init; }

    public WaySummary? In { get; init; }

    public WaySummary? Out { get; init; }

    /// <summary>Address (null: any) and MAC of each permitted sender; null: the spoof filter is not shown.</summary>
    public IReadOnlyList<(string? Address, string Mac)>? Senders { get; init; }

    /// <summary>The spoof filter's chain; null where the egress chain asks none.</summary>
    public string? SpoofChain { get; init; }

    public bool IsStateless { get; init; }

    /// <summary>Null: not told.</summary>
    public bool? IsInForce { get; init; }

    /// <summary>The sysctl exists.</summary>
    public bool HasSysctl { get; init; }

    /// <summary>False: FORWARD is not shown.</summary>
    public bool IsWayShown { get; init; }

    /// <summary>Rules of others in FORWARD that may decide before Neutron's.</summary>
    public int ForeignBefore { get; init; }

    public static FamilySummary Of(NodeRules firewall, RulesetState state, PortWay way, FirewallTarget target)
    {
        var inForce = firewall.AreBridgedPacketsShown(state.Family);
        var summary = new FamilySummary
        {
            Family = state.Family,
            IsKnown = way.IsKnown,
            Open = way.Open,
            IsInForce = inForce,
            HasSysctl = firewall.Sysctls.ContainsKey(NodeRules.BridgeSysctl(state.Family)),
            IsStateless = IsStatelessIn(state, target),
            IsWayShown = way.Shown("FORWARD") is not null,
            ForeignBefore = CountForeign(way),
        };
        if (!way.IsKnown || way.Open is not null)
        {
            return summary;
        }
        var (chain, senders) = SendersOf(way);
        return summary with
        {
            In = WaySummary.Of(state, way, way.Ingress, isIngress: true),
            Out = WaySummary.Of(state, way, way.Egress, isIngress: false),
            SpoofChain = chain,
            Senders = senders,
        };
    }

    private static bool IsStatelessIn(RulesetState state, FirewallTarget target)
    {
        foreach (var chain in state.Find("raw")?.Chains ?? [])
        {
            for (var i = 0; i < chain.Rules.Count; i++)
            {
                if (RoleRecogniser.RoleOf(chain, i) is { Duty: NeutronDuty.NoTrack, Device: { } device } && target.Owns(device))
                {
                    return true;
                }
            }
        }
        return false;
    }

    private static int CountForeign(PortWay way)
    {
        var count = 0;
        if (way.Shown("FORWARD") is { } forward)
        {
            for (var i = 0; i < forward.Rules.Count; i++)
            {
                var role = RoleRecogniser.RoleOf(forward, i);
                if (role.Duty == NeutronDuty.EnterAgent)
                {
                    return count;
                }
                count += role.Duty == NeutronDuty.Foreign && BridgedPath.MayDecide(forward.Rules[i])
                    && way.Concerns(role, forward.Rules[i], null) ? 1 : 0;
            }
        }
        return 0; // Neutron's chain is not entered from here: that is said elsewhere
    }

    private static (string? Chain, IReadOnlyList<(string? Address, string Mac)>? Senders) SendersOf(PortWay way)
    {
        var name = way.Spoof;
        if (way.Shown(way.Egress) is { } egress && !egress.Rules.Any(r => r.Target is JumpTarget jump && jump.Chain == name))
        {
            return (null, []); // nothing asks
        }
        if (way.Shown(name) is not { } spoof)
        {
            return (name, null);
        }
        var senders = new List<(string?, string)>();
        for (var i = 0; i < spoof.Rules.Count; i++)
        {
            if (RoleRecogniser.RoleOf(spoof, i).Duty == NeutronDuty.SpoofAllow)
            {
                var rule = spoof.Rules[i];
                senders.Add((DutyWords.Find<SourceMatch>(rule) is { } source ? RuleWords.Text(source) : null,
                    DutyWords.Find<MacMatch>(rule)!.Source.ToString()));
            }
        }
        return (name, senders);
    }
}
