using Plumbline.Iptables;

namespace Plumbline.Neutron.SecurityGroups.Roles;

/// <summary>
/// Tells what Neutron wrote a rule for: by the chain it stands in, by what it matches and does, never by its comment alone
/// (<c>comment_iptables_rules = false</c> leaves them out, people copy them). Pure.
/// </summary>
public static partial class RoleRecogniser
{
    private const byte Udp = 17;
    private const byte Icmpv6 = 58;

    /// <summary>The role of rule <paramref name="index"/> (from 0) of <paramref name="chain"/>.</summary>
    public static RuleRole RoleOf(Chain chain, int index)
    {
        var place = NeutronChain.Parse(chain.Name);
        var parts = RuleParts.Of(chain.Rules[index]);
        var role = place.Kind switch
        {
            ChainKind.BuiltIn => BuiltIn(parts),
            ChainKind.FilterTop => parts.Jump is { } local && NeutronChain.Parse(local).Kind == ChainKind.Local
                ? new(NeutronDuty.ToLocal) : default,
            ChainKind.AgentForward => Forward(parts),
            ChainKind.AgentInput => Input(parts),
            ChainKind.AgentPrerouting => Prerouting(parts),
            ChainKind.Groups => Groups(parts),
            ChainKind.Ingress => OfPort(parts, chain, index, isIngress: true),
            ChainKind.Egress => OfPort(parts, chain, index, isIngress: false),
            ChainKind.Spoof => Spoof(parts),
            ChainKind.Fallback => parts is { Verdict: Verdict.Drop, HasNoMatch: true } ? new(NeutronDuty.Fallback) : default,
            _ => default,
        };
        if (parts.Comment is { } comment && NeutronComments.Find(comment, role.Duty) is { } known)
        {
            role = role with { CommentId = known.Id, HasOddComment = !known.Fits };
        }
        return role;
    }

    private static RuleRole BuiltIn(in RuleParts parts) => parts is not { Jump: { } jump, HasNoMatch: true } ? default
        : NeutronChain.Parse(jump).Kind switch
        {
            ChainKind.FilterTop => new(NeutronDuty.EnterFilterTop),
            ChainKind.AgentForward or ChainKind.AgentInput or ChainKind.AgentOutput or ChainKind.AgentPrerouting =>
                new(NeutronDuty.EnterAgent),
            _ => default,
        };

    private static RuleRole Forward(in RuleParts parts)
    {
        if (!parts.IsPhysdevOnly)
        {
            return default;
        }
        if (parts.Jump is { } jump && NeutronChain.Parse(jump).Kind == ChainKind.Groups)
        {
            return OfDevice(NeutronDuty.ToGroups, parts);
        }
        return parts.Verdict == Verdict.Accept ? OfDevice(AcceptAll(parts), parts) : default;
    }

    private static RuleRole Groups(in RuleParts parts)
    {
        if (parts is { HasNoMatch: true, Verdict: Verdict.Accept })
        {
            return new(NeutronDuty.GroupsAccept);
        }
        return parts is { IsPhysdevOnly: true, Jump: { } jump }
            && NeutronChain.Parse(jump).Kind is ChainKind.Ingress or ChainKind.Egress
            ? OfDevice(NeutronDuty.ToPort, parts) : default;
    }

    private static RuleRole Input(in RuleParts parts)
    {
        if (!parts.IsPhysdevOnly)
        {
            return default;
        }
        return parts.Jump is { } jump && NeutronChain.Parse(jump).Kind == ChainKind.Egress ? OfDevice(NeutronDuty.FromInput, parts)
            : parts.Verdict == Verdict.Accept ? OfDevice(AcceptAll(parts), parts)
            : default;
    }

    private static RuleRole Prerouting(in RuleParts parts)
    {
        if (parts.IsPhysdevOnly && parts.Verdict == Verdict.Accept)
        {
            return OfDevice(AcceptAll(parts), parts);
        }
        if (parts.Zone is null && !parts.IsNotrack)
        {
            return default;
        }
        if (parts.InDevice is { } device && parts.Physdev is null && parts.OtherMatches == 1)
        {
            return new(NeutronDuty.DeadZone) { Device = device, IsIngress = true };
        }
        if (!parts.IsPhysdevOnly || parts.PhysdevIn is not { } port)
        {
            return default;
        }
        return new(parts.IsNotrack ? NeutronDuty.NoTrack : NeutronDuty.Zone)
        {
            Device = port,
            IsIngress = port.StartsWith("qvb", StringComparison.Ordinal),
        };
    }

    private static RuleRole Spoof(in RuleParts parts)
    {
        if (parts is { HasNoMatch: true, Verdict: Verdict.Drop })
        {
            return new(NeutronDuty.SpoofDrop) { IsIngress = false };
        }
        // one that has the MAC at least, and nothing but it and a source
        return parts is { Verdict: Verdict.Return, Mac: not null } && parts.OtherMatches == (parts.Source is null ? 1 : 2)
            ? new(NeutronDuty.SpoofAllow) { IsIngress = false } : default;
    }

    /// <summary>Without a comment nobody can tell which of the two it is; port security is the commoner.</summary>
    private static NeutronDuty AcceptAll(in RuleParts parts) =>
        parts.Comment is { } comment && NeutronComments.Find(comment, NeutronDuty.Trusted) is { Fits: true }
            ? NeutronDuty.Trusted : NeutronDuty.PortSecurityOff;

    private static RuleRole OfDevice(NeutronDuty duty, in RuleParts parts) => parts switch
    {
        { PhysdevOut: { } tap, PhysdevIn: null } => new(duty) { IsIngress = true, Device = tap },
        { PhysdevIn: { } tap, PhysdevOut: null } => new(duty) { IsIngress = false, Device = tap },
        _ => default,
    };
}
