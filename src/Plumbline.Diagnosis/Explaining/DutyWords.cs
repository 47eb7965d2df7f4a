using System.Diagnostics;
using Plumbline.Diagnosis.Explaining.Wording;
using Plumbline.Iptables;
using Plumbline.Neutron.SecurityGroups.Roles;

namespace Plumbline.Diagnosis.Explaining;

/// <summary>A rule in words by what Neutron has it for; rules without such a duty are read as they stand (<see cref="RuleWords"/>).</summary>
internal static class DutyWords
{
    /// <summary>The rule's sentence.</summary>
    public static Sentence Sentence(Rule rule, RuleRole role, ChainKind kind)
    {
        var way = role.IsIngress == true ? ".in" : ".out";
        var device = (Sentence)(role.Device ?? "?");
        var jump = (Sentence)((rule.Target as JumpTarget)?.Chain ?? "?");
        return role.Duty switch
        {
            NeutronDuty.EnterFilterTop => Say("duty.enter-top", ("chain", jump)),
            NeutronDuty.EnterAgent => Say("duty.enter-agent", ("chain", jump)),
            NeutronDuty.ToLocal => Say("duty.to-local", ("chain", jump)),
            NeutronDuty.ToGroups => Say("duty.to-groups" + way, ("tap", device), ("chain", jump)),
            NeutronDuty.ToPort => Say("duty.to-port" + way, ("tap", device), ("chain", jump)),
            NeutronDuty.FromInput => Say("duty.from-input", ("chain", jump)),
            NeutronDuty.GroupsAccept => Say("duty.groups-accept"),
            NeutronDuty.Fallback => Say("duty.fallback"),
            NeutronDuty.ToFallback => Say("duty.to-fallback", ("chain", jump)),
            NeutronDuty.Established => Say("duty.established" + way),
            NeutronDuty.Invalid => Say("duty.invalid"),
            NeutronDuty.DhcpDiscover => Say("duty.dhcp-discover"),
            NeutronDuty.DhcpClient => Say(IsV6(rule) ? "duty.dhcp-client6" : "duty.dhcp-client"),
            NeutronDuty.DhcpSpoofGuard => Say(IsV6(rule) ? "duty.dhcp-spoof6" : "duty.dhcp-spoof"),
            NeutronDuty.DhcpReply => DhcpReply(rule),
            NeutronDuty.SpoofJump => Say("duty.spoof-jump", ("chain", jump)),
            NeutronDuty.SpoofAllow => SpoofAllow(rule),
            NeutronDuty.SpoofDrop => Say("duty.spoof-drop"),
            NeutronDuty.RouterAdvertGuard => Say("duty.ra-guard"),
            NeutronDuty.RouterAdvertIn => Find<SourceMatch>(rule) is { } router
                ? Say("duty.ra-in-from", ("address", RuleWords.Text(router))) : Say("duty.ra-in"),
            NeutronDuty.Icmpv6Out => Say("duty.icmpv6-out"),
            NeutronDuty.Icmpv6Early => Say("duty.icmpv6-early", ("what", WhatWithoutAddresses(rule))),
            NeutronDuty.Icmpv6In => Say("duty.icmpv6-in", ("what", RuleWords.What(rule))),
            NeutronDuty.GroupRule => Say("duty.group" + way, ("what", RuleWords.What(rule))),
            NeutronDuty.PortSecurityOff => Say("duty.open" + way, ("tap", device)),
            NeutronDuty.Trusted => Say("duty.trusted" + way, ("tap", device)),
            NeutronDuty.Zone => Say("duty.zone" + way, ("device", device), ("zone", (long)(((CtTarget)rule.Target!).Zone ?? 0))),
            NeutronDuty.DeadZone => Say("duty.zone-dead", ("device", device)),
            NeutronDuty.NoTrack => Say("duty.notrack", ("device", device)),
            NeutronDuty.Foreign => RuleWords.Sentence(rule, kind == ChainKind.BuiltIn),
            _ => throw new UnreachableException($"{role.Duty}"),
        };
    }

    /// <summary>What the rule stands for, in a word or two.</summary>
    public static Sentence? Label(RuleRole role, ChainKind kind)
    {
        var key = role.Duty switch
        {
            NeutronDuty.EnterFilterTop or NeutronDuty.EnterAgent or NeutronDuty.ToLocal or NeutronDuty.ToGroups or NeutronDuty.ToPort
                or NeutronDuty.FromInput => "label.dispatch",
            NeutronDuty.GroupsAccept => "label.accept",
            NeutronDuty.Fallback or NeutronDuty.ToFallback => "label.fallback",
            NeutronDuty.Established => "label.known",
            NeutronDuty.Invalid => "label.invalid",
            NeutronDuty.DhcpDiscover or NeutronDuty.DhcpClient or NeutronDuty.DhcpReply => "label.dhcp",
            NeutronDuty.DhcpSpoofGuard => "label.dhcp-guard",
            NeutronDuty.SpoofJump or NeutronDuty.SpoofAllow or NeutronDuty.SpoofDrop => "label.anti-spoofing",
            NeutronDuty.RouterAdvertGuard => "label.ra-guard",
            NeutronDuty.RouterAdvertIn or NeutronDuty.Icmpv6Out or NeutronDuty.Icmpv6Early or NeutronDuty.Icmpv6In => "label.icmpv6",
            NeutronDuty.GroupRule => "label.group-rule",
            NeutronDuty.PortSecurityOff => "label.open",
            NeutronDuty.Trusted => "label.trusted",
            NeutronDuty.Zone or NeutronDuty.DeadZone => "label.zone",
            NeutronDuty.NoTrack => "label.stateless",
            NeutronDuty.Foreign => kind is ChainKind.Foreign ? null : "label.foreign",
            _ => throw new UnreachableException($"{role.Duty}"),
        };
        return key is null ? null : Wording.Sentence.Of(key);
    }

    /// <summary>What a chain is for.</summary>
    public static Sentence Title(Chain chain, string table)
    {
        var place = NeutronChain.Parse(chain.Name);
        return Wording.Sentence.Of(!chain.IsShown ? "chain.not-shown" : place.Kind switch
        {
            ChainKind.BuiltIn => chain.Name switch
            {
                "FORWARD" => "chain.forward",
                "INPUT" => "chain.input",
                "OUTPUT" => "chain.output",
                "PREROUTING" when table == "raw" => "chain.prerouting",
                "PREROUTING" => "chain.prerouting-later",
                "POSTROUTING" => "chain.postrouting",
                _ => "chain.foreign",
            },
            ChainKind.FilterTop => "chain.filter-top",
            ChainKind.Local => "chain.local",
            ChainKind.AgentForward => "chain.agent-forward",
            ChainKind.AgentInput => "chain.agent-input",
            ChainKind.AgentOutput => "chain.agent-output",
            ChainKind.AgentPrerouting => table == "raw" ? "chain.agent-prerouting" : "chain.prerouting-later",
            ChainKind.Groups => "chain.groups",
            ChainKind.Ingress => "chain.ingress",
            ChainKind.Egress => "chain.egress",
            ChainKind.Spoof => "chain.spoof",
            ChainKind.Fallback => "chain.fallback",
            ChainKind.Foreign => "chain.foreign",
            _ => throw new UnreachableException($"{place.Kind}"),
        });
    }

    internal static T? Find<T>(Rule rule)
        where T : Match
    {
        foreach (var match in rule.Matches)
        {
            if (match is T found)
            {
                return found;
            }
        }
        return null;
    }

    internal static bool IsV6(Rule rule) =>
        Find<UdpMatch>(rule) is { } udp && (udp.SourcePorts ?? udp.DestinationPorts) is { Value.First: 546 or 547 };

    private static Sentence DhcpReply(Rule rule)
    {
        var (server, client) = IsV6(rule) ? ("547", "546") : ("67 (bootps)", "68 (bootpc)");
        if (Find<SourceMatch>(rule) is { } source)
        {
            return Say("duty.dhcp-reply.from", ("address", RuleWords.Text(source)), ("server", server), ("client", client));
        }
        if (Find<DestinationMatch>(rule) is not { } destination)
        {
            return Say("duty.dhcp-reply.any", ("server", server), ("client", client));
        }
        var isEveryone = destination.Address is { } address && (!address.IsHost || address.Address == uint.MaxValue);
        return Say(isEveryone ? "duty.dhcp-reply.everyone" : "duty.dhcp-reply.to",
            ("address", RuleWords.Text(destination)), ("server", server), ("client", client));
    }

    private static Sentence SpoofAllow(Rule rule)
    {
        var mac = Find<MacMatch>(rule)?.Source.ToString() ?? "?";
        return Find<SourceMatch>(rule) is { } source
            ? Say("duty.spoof-allow", ("address", RuleWords.Text(source)), ("mac", mac))
            : Say("duty.spoof-allow-any", ("mac", mac));
    }

    private static Sentence WhatWithoutAddresses(Rule rule) =>
        RuleWords.What(rule with { Matches = [.. rule.Matches.Where(m => m is not AddressMatch)] });

    private static Sentence Say(string key, params ReadOnlySpan<(string Name, Sentence Value)> arguments) =>
        Wording.Sentence.Of(key, arguments);
}
