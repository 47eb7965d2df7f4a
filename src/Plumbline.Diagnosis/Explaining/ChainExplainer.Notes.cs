using Plumbline.Diagnosis.Explaining.Wording;
using Plumbline.Diagnosis.Firewalls;
using Plumbline.Iptables;
using Plumbline.Neutron.SecurityGroups.Roles;

namespace Plumbline.Diagnosis.Explaining;

internal sealed partial class ChainExplainer
{
    private const int MostMembers = 8;

    private List<Sentence.Phrase> Notes(Chain chain, int index, RuleRole role, int? end, int? twin)
    {
        var rule = chain.Rules[index];
        var notes = new List<Sentence.Phrase>();
        if (end is { } last)
        {
            notes.Add(Say("note.not-reached", ("rule", (long)last)));
        }
        else if (twin is { } first)
        {
            notes.Add(Say("note.duplicate", ("rule", (long)first)));
        }
        AddMisreadings(rule, role, notes);
        foreach (var match in rule.Matches)
        {
            if (match is SetMatch set)
            {
                notes.Add(SetNote(set.Name));
            }
        }
        foreach (var text in RuleWords.UnknownTexts(rule))
        {
            notes.Add(Say("note.unknown-match", ("text", text)));
        }
        if (rule.Comment is { } comment)
        {
            if (role.HasOddComment)
            {
                notes.Add(Say("note.odd-comment", ("comment", comment)));
            }
            else if (role.CommentId is null && role.Duty is not (NeutronDuty.Zone or NeutronDuty.DeadZone or NeutronDuty.NoTrack))
            {
                notes.Add(Say("note.comment", ("comment", comment)));
            }
        }
        return notes;
    }

    /// <summary>
    /// What people who explain these chains get wrong: told beside the rule whose meaning it is, whatever text the rules came from
    /// and whether or not that text gets it wrong. Each once.
    /// </summary>
    private void AddMisreadings(Rule rule, RuleRole role, List<Sentence.Phrase> notes)
    {
        switch (role.Duty)
        {
            case NeutronDuty.DhcpDiscover or NeutronDuty.DhcpClient or NeutronDuty.DhcpReply when !DutyWords.IsV6(rule):
                if (role.Duty == NeutronDuty.DhcpReply && DutyWords.Find<SourceMatch>(rule) is { Address.IsHost: true })
                {
                    Once("note.server-only");
                }
                Once("note.dhcp-ports");
                break;
            case NeutronDuty.DhcpSpoofGuard:
                Once("note.dhcp-spoof");
                break;
            case NeutronDuty.ToGroups:
                Once(role.IsIngress == true ? "note.physdev-out" : "note.physdev-in", ("tap", role.Device ?? "?"));
                break;
            case NeutronDuty.Established:
                Once("note.return");
                break;
            case NeutronDuty.SpoofAllow when DutyWords.Find<SourceMatch>(rule) is not null:
                Once("note.spoof-both");
                break;
            case NeutronDuty.FromInput:
                Once("note.input-dead");
                break;
            case NeutronDuty.GroupRule when role.IsIngress == true && DutyWords.Find<ProtocolMatch>(rule) is { Number: 1 or 58 }:
                Once("note.icmp-in");
                break;
        }

        void Once(string key, params ReadOnlySpan<(string Name, Sentence Value)> arguments)
        {
            if (_told.Add(key))
            {
                notes.Add(Say(key, arguments));
            }
        }
    }

    private Sentence.Phrase SetNote(string name)
    {
        if (!firewall.Sets.TryGetValue(name, out var set))
        {
            return Say("note.set-unknown", ("set", name));
        }
        if (set.Members.Count == 0)
        {
            return Say("note.set-empty", ("set", name));
        }
        var members = set.Members.Take(MostMembers).Select(m => (Sentence)m.Text).ToList();
        if (set.Members.Count > MostMembers)
        {
            members.Add("…");
        }
        return Say("note.set-members", ("set", name), ("count", (long)set.Members.Count),
            ("members", new Sentence.Sequence("join.comma", members)));
    }

    /// <summary>An equal rule above, whose target ends a packet's way through the chain.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="index">The rule's place, from 0.</param>
    /// <param name="above">The rules above it with such targets by their hash; it is added.</param>
    private static int? Twin(Chain chain, int index, Dictionary<int, List<int>> above)
    {
        var rule = chain.Rules[index];
        if (rule.Target is not (VerdictTarget or RejectTarget))
        {
            return null;
        }
        var hash = RuleEquality.Hash(rule);
        if (!above.TryGetValue(hash, out var like))
        {
            above[hash] = like = [];
        }
        foreach (var i in like)
        {
            if (RuleEquality.SameButComment(chain.Rules[i], rule))
            {
                return i + 1;
            }
        }
        like.Add(index);
        return null;
    }

    /// <summary>
    /// What enters a port's chain leaves it by exactly one of its rules, so their counters add up to the jumps' that lead there. Where
    /// they do not, they were not reset together, or rules came and went.
    /// </summary>
    private static List<Sentence.Phrase> CounterNotes(RulesetState state, string table, Chain chain, ChainKind kind)
    {
        var notes = new List<Sentence.Phrase>();
        if (kind is not (ChainKind.Ingress or ChainKind.Egress) || Sum(state, table, chain) is not { } sum
            || Jumps(state, table, chain.Name) is not { } jumps || jumps == sum)
        {
            return notes;
        }
        notes.Add(Say("note.jump-gap", ("jump", (long)jumps), ("sum", (long)sum)));
        return notes;
    }

    private static ulong? Sum(RulesetState state, string table, Chain chain)
    {
        ulong sum = 0;
        foreach (var rule in chain.Rules)
        {
            if (rule.Counters is not { IsRounded: false, Packets: var packets })
            {
                return null;
            }
            switch (rule.Target)
            {
                case VerdictTarget or RejectTarget:
                    sum += packets;
                    break;
                case JumpTarget jump when NeutronChain.Parse(jump.Chain).Kind == ChainKind.Fallback:
                    sum += packets;
                    break;
                case JumpTarget jump when NeutronChain.Parse(jump.Chain).Kind == ChainKind.Spoof:
                    if (state.Find(table, jump.Chain) is not { IsShown: true } spoof)
                    {
                        return null;
                    }
                    foreach (var inner in spoof.Rules)
                    {
                        if (inner.Target is VerdictTarget { Verdict: Verdict.Drop })
                        {
                            if (inner.Counters is not { IsRounded: false, Packets: var dropped })
                            {
                                return null;
                            }
                            sum += dropped;
                        }
                    }
                    break;
                default:
                    return null;
            }
        }
        return chain.Rules.Count == 0 ? null : sum;
    }

    private static ulong? Jumps(RulesetState state, string table, string name)
    {
        ulong? sum = null;
        foreach (var chain in state.Find(table)?.Chains ?? [])
        {
            foreach (var rule in chain.Rules)
            {
                if (rule.Target is JumpTarget jump && jump.Chain == name)
                {
                    if (rule.Counters is not { IsRounded: false, Packets: var packets })
                    {
                        return null;
                    }
                    sum = (sum ?? 0) + packets;
                }
            }
        }
        return sum;
    }
}
