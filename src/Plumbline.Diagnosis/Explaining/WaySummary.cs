using Plumbline.Diagnosis.Explaining.Wording;
using Plumbline.Diagnosis.Firewalls;
using Plumbline.Iptables;
using Plumbline.Neutron.SecurityGroups.Roles;

namespace Plumbline.Diagnosis.Explaining;

/// <summary>What one of a port's two chains lets through.</summary>
internal sealed record WaySummary
{
    /// <summary>The chain.</summary>
    public required string Chain { get; init; }

    /// <summary>False: the chain is not in the text, so nothing is known.</summary>
    public bool IsShown { get; init; }

    /// <summary>A rule lets everything through.</summary>
    public bool AllowsAll { get; init; }

    /// <summary>What single rules let through.</summary>
    public IReadOnlyList<Sentence> Allowed { get; init; } = [];

    /// <summary>What foreign rules drop.</summary>
    public IReadOnlyList<Sentence> Dropped { get; init; } = [];

    /// <summary>Replies pass.</summary>
    public bool AllowsReplies { get; init; }

    /// <summary>Rules that depend on what plumb does not know.</summary>
    public int Uncertain { get; init; }

    public bool AllowsDhcp { get; init; }

    public bool AllowsDhcp6 { get; init; }

    public bool AllowsIcmpv6 { get; init; }

    /// <summary>The only servers whose DHCP answers come in; empty: any.</summary>
    public IReadOnlyList<string> DhcpServers { get; init; } = [];

    /// <summary>Whether shown rules lead to the chain; null where not told.</summary>
    public bool? IsLinked { get; init; }

    public static WaySummary? Of(RulesetState state, PortWay way, string? name, bool isIngress)
    {
        if (name is null)
        {
            return null;
        }
        if (way.Shown(name) is not { } chain)
        {
            return new() { Chain = name, IsLinked = way.IsLinked(name, isIngress) };
        }
        var allowed = new List<Rule>();
        var dropped = new List<Sentence>();
        var servers = new List<string>();
        var summary = new WaySummary { Chain = name, IsShown = true, IsLinked = way.IsLinked(name, isIngress) };
        for (var i = 0; i < chain.Rules.Count; i++)
        {
            var rule = chain.Rules[i];
            summary = Add(summary, chain, i, allowed, dropped, servers);
            if (ChainExplainer.EndsEverything(rule, state, "filter"))
            {
                break;
            }
        }
        return summary with { Allowed = AllowedTraffic.Say(allowed), Dropped = dropped, DhcpServers = servers };
    }

    private static WaySummary Add(
        WaySummary summary, Chain chain, int index, List<Rule> allowed, List<Sentence> dropped, List<string> servers)
    {
        var rule = chain.Rules[index];
        var duty = RoleRecogniser.RoleOf(chain, index).Duty;
        switch (duty)
        {
            case NeutronDuty.Established:
                return summary with { AllowsReplies = true };
            case NeutronDuty.DhcpReply or NeutronDuty.DhcpClient or NeutronDuty.DhcpDiscover when DutyWords.IsV6(rule):
                return summary with { AllowsDhcp6 = true };
            case NeutronDuty.DhcpReply or NeutronDuty.DhcpClient or NeutronDuty.DhcpDiscover:
                if (duty == NeutronDuty.DhcpReply && DutyWords.Find<SourceMatch>(rule) is { } server)
                {
                    servers.Add(RuleWords.Text(server));
                }
                return summary with { AllowsDhcp = true };
            case NeutronDuty.Icmpv6In or NeutronDuty.Icmpv6Out or NeutronDuty.Icmpv6Early or NeutronDuty.RouterAdvertIn:
                return summary with { AllowsIcmpv6 = true };
            case NeutronDuty.GroupRule or NeutronDuty.Foreign:
                break;
            default:
                return summary;
        }
        if (RuleWords.UnknownTexts(rule).Count > 0 || rule.Target is JumpTarget or UnknownTarget)
        {
            summary = summary with { Uncertain = summary.Uncertain + 1 };
        }
        switch (rule.Target)
        {
            case VerdictTarget { Verdict: Verdict.Return or Verdict.Accept } when RuleWords.IsAboutEverything(rule):
                return summary with { AllowsAll = true };
            case VerdictTarget { Verdict: Verdict.Return or Verdict.Accept }:
                allowed.Add(rule);
                break;
            case VerdictTarget { Verdict: Verdict.Drop } or RejectTarget when !RuleWords.IsAboutEverything(rule):
                dropped.Add(RuleWords.What(rule));
                break;
        }
        return summary;
    }
}
