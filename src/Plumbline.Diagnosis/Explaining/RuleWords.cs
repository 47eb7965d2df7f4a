using System.Globalization;
using Plumbline.Diagnosis.Explaining.Wording;
using Plumbline.Iptables;

namespace Plumbline.Diagnosis.Explaining;

/// <summary>
/// Any rule in words, whoever wrote it: which packets (<see cref="What"/>) and what becomes of them (<see cref="Sentence"/>). Over every
/// typed match and target; what has no type is quoted, and listed by <see cref="UnknownTexts"/>.
/// </summary>
public static partial class RuleWords
{
    /// <summary>The rule in one sentence, read as it stands.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="isBuiltIn">It stands in a built-in chain, where RETURN means the policy.</param>
    public static Sentence Sentence(Rule rule, bool isBuiltIn) => Deed(rule.Target, What(rule), isBuiltIn);

    /// <summary>The packets that a rule is about: <c>TCP to port 22 from 10.0.0.0/24</c>.</summary>
    public static Sentence What(Rule rule) => WhatOf(rule, null);

    /// <summary>As above, with <paramref name="addresses"/> in place of the rule's own address: several rules told in one.</summary>
    internal static Sentence WhatOf(Rule rule, Sentence? addresses)
    {
        var subject = Subject(rule);
        var conditions = new List<(int Rank, Sentence Words)>();
        foreach (var match in rule.Matches)
        {
            if (addresses is not null && match is AddressMatch { IsInverted: false })
            {
                conditions.Add((Addresses, When(match is SourceMatch ? "source" : "destination", false, addresses)));
            }
            else
            {
                AddConditions(match, conditions);
            }
        }
        if (conditions.Count == 0)
        {
            return Say("what.plain", ("subject", subject));
        }
        // stable: where from and where to first, what the packet is besides after it
        var ordered = conditions.OrderBy(c => c.Rank).Select(c => c.Words).ToArray();
        return Say("what.with", ("subject", subject), ("conditions", new Sentence.Sequence("join.conditions", ordered)));
    }

    /// <summary>A rule that asks nothing of a packet.</summary>
    public static bool IsAboutEverything(Rule rule)
    {
        foreach (var match in rule.Matches)
        {
            if (match is not CommentMatch)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Texts of matches and targets whose meaning is not known.</summary>
    public static IReadOnlyList<string> UnknownTexts(Rule rule)
    {
        var texts = new List<string>();
        foreach (var match in rule.Matches)
        {
            if (match is UnknownMatch unknown)
            {
                texts.Add(Text(unknown));
            }
        }
        if (rule.Target is UnknownTarget target && !IsHarmless(target.Name))
        {
            texts.Add(Text(target));
        }
        return texts;
    }

    /// <summary>Targets after which the walk goes on, whatever their options (iptables-extensions(8)).</summary>
    internal static bool IsHarmless(string target) => target is "CHECKSUM" or "TCPMSS" or "TOS" or "DSCP" or "TTL" or "HL" or "CLASSIFY"
        or "SET" or "TRACE" or "TEE" or "AUDIT" or "ULOG" or "ECN" or "IDLETIMER" or "LED" or "RATEEST" or "SECMARK" or "CONNSECMARK"
        or "SYNPROXY" or "TCPOPTSTRIP" or "HMARK";

    private static Sentence Say(string key, params ReadOnlySpan<(string Name, Sentence Value)> arguments) =>
        Wording.Sentence.Of(key, arguments);

    private static Sentence Subject(Rule rule)
    {
        ProtocolMatch? protocol = null;
        foreach (var match in rule.Matches)
        {
            switch (match)
            {
                case IcmpTypeMatch { Type: not null } icmp:
                    return Icmp(icmp);
                case ProtocolMatch found:
                    protocol = found;
                    break;
                case FragmentMatch { IsInverted: false }:
                    return Say("what.fragments");
            }
        }
        if (protocol is null)
        {
            return Say("what.any");
        }
        var name = ProtocolName(protocol);
        var said = char.IsAsciiDigit(name[0]) ? Say("what.protocol-number", ("number", name)) : (Sentence)name;
        return Say(protocol.IsInverted ? "what.not-protocol" : "what.protocol", ("protocol", said));
    }

    private static string ProtocolName(ProtocolMatch protocol) => protocol.Number switch
    {
        1 => "ICMP",
        2 => "IGMP",
        6 => "TCP",
        17 => "UDP",
        33 => "DCCP",
        47 => "GRE",
        50 => "ESP",
        51 => "AH",
        58 => "ICMPv6",
        89 => "OSPF",
        112 => "VRRP",
        132 => "SCTP",
        136 => "UDP-Lite",
        _ => protocol.Name,
    };

    private static Sentence Icmp(IcmpTypeMatch match)
    {
        var isV6 = match is Icmpv6Match;
        var family = isV6 ? "icmpv6" : "icmp";
        var number = string.Create(CultureInfo.InvariantCulture, $"{match.Type}");
        var hasCode = (match.FirstCode, match.LastCode) != (0, 255);
        var code = match.FirstCode == match.LastCode
            ? string.Create(CultureInfo.InvariantCulture, $"{match.FirstCode}")
            : string.Create(CultureInfo.InvariantCulture, $"{match.FirstCode}-{match.LastCode}");
        var english = Phrasebook.Of(Language.English); // names exist in every book or in none
        var name = hasCode && english.Has($"{family}.{number}-{code}") ? $"{family}.{number}-{code}"
            : english.Has($"{family}.{number}") ? $"{family}.{number}" : null;
        var type = name is null
            ? hasCode ? Say("icmp.type-code", ("type", number), ("code", code)) : Say("icmp.type", ("type", number))
            : hasCode ? Say("icmp.named-code", ("name", Say(name)), ("type", number), ("code", code))
            : Say("icmp.named", ("name", Say(name)), ("type", number));
        return Say((match.IsInverted ? "what.not-" : "what.") + family, ("type", type));
    }

    private static Sentence Deed(Iptables.Target? target, Sentence what, bool isBuiltIn) => target switch
    {
        null => Say("do.count", ("what", what)),
        VerdictTarget { Verdict: Verdict.Accept } => Say("do.accept", ("what", what)),
        VerdictTarget { Verdict: Verdict.Drop } => Say("do.drop", ("what", what)),
        VerdictTarget { Verdict: Verdict.Return } => Say(isBuiltIn ? "do.policy" : "do.return", ("what", what)),
        VerdictTarget { Verdict: Verdict.Queue } => Say("do.queue", ("what", what), ("value", "0")),
        JumpTarget jump => Say(jump.IsGoto ? "do.goto" : "do.jump", ("what", what), ("chain", jump.Chain)),
        RejectTarget reject => Say("do.reject", ("what", what), ("value", reject.With)),
        CtTarget { IsNotrack: true } => Say("do.notrack", ("what", what)),
        CtTarget { Zone: { } zone, Helper: null } => Say("do.zone", ("what", what), ("value", (long)zone)),
        CtTarget ct => Say("do.ct", ("what", what), ("value", Text(ct))),
        MarkTarget mark => Say("do.mark", ("what", what), ("value", Masked(mark.Value, mark.Mask))),
        ConnmarkTarget connmark => Say("do.connmark", ("what", what), ("value", Text(connmark))),
        LogTarget { Prefix: { Length: > 0 } prefix } => Say("do.log", ("what", what), ("value", $"\"{prefix.Trim()}\"")),
        NflogTarget { Prefix: { Length: > 0 } prefix } => Say("do.log", ("what", what), ("value", $"\"{prefix.Trim()}\"")),
        LogTarget or NflogTarget => Say("do.log-plain", ("what", what)),
        DnatTarget dnat => Say("do.dnat", ("what", what), ("value", Text(dnat))),
        SnatTarget snat => Say("do.snat", ("what", what), ("value", Text(snat))),
        MasqueradeTarget => Say("do.masquerade", ("what", what)),
        RedirectTarget { Ports: { } ports } => Say("do.redirect", ("what", what), ("value", PortText(ports))),
        RedirectTarget => Say("do.redirect-plain", ("what", what)),
        UnknownTarget unknown => Say(IsHarmless(unknown.Name) ? "do.other" : "do.unknown", ("what", what), ("text", Text(unknown))),
        _ => throw new System.Diagnostics.UnreachableException(target.GetType().Name),
    };
}
