using Plumbline.Iptables;

namespace Plumbline.Neutron.SecurityGroups.Roles;

public static partial class RoleRecogniser
{
    private static RuleRole OfPort(in RuleParts parts, Chain chain, int index, bool isIngress)
    {
        var duty = Duty(parts, chain, index, isIngress);
        return new(duty) { IsIngress = isIngress };
    }

    private static NeutronDuty Duty(in RuleParts parts, Chain chain, int index, bool isIngress)
    {
        if (parts.Jump is { } jump)
        {
            return !parts.HasNoMatch ? NeutronDuty.Foreign : NeutronChain.Parse(jump).Kind switch
            {
                ChainKind.Fallback => NeutronDuty.ToFallback,
                ChainKind.Spoof when !isIngress => NeutronDuty.SpoofJump,
                _ => NeutronDuty.Foreign,
            };
        }
        if (parts is { OtherMatches: 1, States: { } states })
        {
            return (states, parts.Verdict) switch
            {
                (ConnectionStates.Related | ConnectionStates.Established, Verdict.Return) => NeutronDuty.Established,
                (ConnectionStates.Invalid, Verdict.Drop) => NeutronDuty.Invalid,
                _ => NeutronDuty.Foreign,
            };
        }
        if (Housekeeping(parts, chain, index, isIngress) is { } duty)
        {
            return duty;
        }
        // Neutron gives group rules no comment and no verdict but RETURN
        return parts is { Verdict: Verdict.Return, States: null, HasForeignMatch: false }
            && (parts.Comment is null || NeutronComments.Find(parts.Comment, NeutronDuty.GroupRule) is null)
            ? NeutronDuty.GroupRule : NeutronDuty.Foreign;
    }

    /// <summary>DHCP and ICMPv6 that every port has.</summary>
    private static NeutronDuty? Housekeeping(in RuleParts parts, Chain chain, int index, bool isIngress)
    {
        if (parts is { Protocol: Udp, SourcePort: { } from, DestinationPort: { } to })
        {
            return (from, to, parts.Verdict, isIngress) switch
            {
                (67, 68, Verdict.Return, true) or (547, 546, Verdict.Return, true) => NeutronDuty.DhcpReply,
                (67, 68, Verdict.Drop, false) or (547, 546, Verdict.Drop, false) => NeutronDuty.DhcpSpoofGuard,
                (68, 67, Verdict.Return, false) when IsBroadcast(parts) => NeutronDuty.DhcpDiscover,
                (68, 67, Verdict.Return, false) or (546, 547, Verdict.Return, false) => NeutronDuty.DhcpClient,
                _ => null,
            };
        }
        if (parts.Protocol != Icmpv6)
        {
            return null;
        }
        return (parts.IcmpType, parts.Verdict, isIngress) switch
        {
            (134, Verdict.Drop, false) => NeutronDuty.RouterAdvertGuard,
            (134, Verdict.Return, true) when parts.Destination is null => NeutronDuty.RouterAdvertIn,
            (130 or 131 or 132 or 135 or 136, Verdict.Return, true) when parts.OtherMatches == 2 && IsBeforeEstablished(chain, index) =>
                NeutronDuty.Icmpv6In,
            (not null, Verdict.Return, false) when parts is { Source: not null, Destination: not null } && IsBeforeEstablished(chain, index) =>
                NeutronDuty.Icmpv6Early,
            (null, Verdict.Return, false) when parts.OtherMatches == 1 && IsBeforeEstablished(chain, index) => NeutronDuty.Icmpv6Out,
            _ => null,
        };
    }

    /// <summary>To 255.255.255.255; a damaged or resolved source (<c>default</c>) does not matter.</summary>
    private static bool IsBroadcast(in RuleParts parts) => parts.Destination is { IsHost: true, Address: var address } && address == uint.MaxValue;

    /// <summary>Neutron's own ICMPv6 rules stand before the one for known connections, a group's behind it.</summary>
    private static bool IsBeforeEstablished(Chain chain, int index)
    {
        for (var i = 0; i < chain.Rules.Count; i++)
        {
            var parts = RuleParts.Of(chain.Rules[i]);
            if (parts.States == (ConnectionStates.Related | ConnectionStates.Established))
            {
                return index < i;
            }
        }
        return true;
    }
}
