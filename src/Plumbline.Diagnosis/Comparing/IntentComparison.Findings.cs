using Plumbline.Diagnosis.Comparing.Meaning;
using Plumbline.Diagnosis.Explaining;
using Plumbline.Diagnosis.Explaining.Wording;
using Plumbline.Iptables;
using Plumbline.Neutron.SecurityGroups.Roles;

namespace Plumbline.Diagnosis.Comparing;

internal sealed partial class IntentComparison
{
    private const string AgentFix = "; a restart of the agent, too, makes it write the port's rules anew";

    private void AddChainFinding(Difference difference, Chain wanted, Chain? live)
    {
        var isThere = live is { IsShown: true };
        _findings.Add(
            new()
            {
                Id = isThere ? "empty-chain" : "missing-chain",
                What = $"chain {wanted.Name} {(isThere ? "is empty" : "is not there")}: all of its {wanted.Rules.Count} rules are missing",
                Family = difference.Family,
                Table = Filter,
                Chain = wanted.Name,
                Evidence = [$"intended: {wanted.Rules.Count} rules, the first: {TextOf(wanted, wanted.Rules[0])}", .. Examples(difference)],
                Consequence = ConsequenceOf(difference),
                Fix = "systemctl restart neutron-openvswitch-agent: the agent writes its chains anew",
            },
            LabelOf(difference.Port), wanted.Name);
    }

    private void AddMissing(Difference difference, Chain wanted, Chain? live, int index)
    {
        var rule = wanted.Rules[index];
        var text = TextOf(wanted, rule);
        _findings.Add(
            new()
            {
                Id = "missing-rule",
                What = $"a rule is missing from {wanted.Name}: {Words(wanted, index)}",
                Family = difference.Family,
                Table = Filter,
                Chain = wanted.Name,
                Evidence = [$"intended: {text}", .. OriginOf(difference, wanted, rule), "live: no such rule", .. Examples(difference)],
                Consequence = ConsequenceOf(difference),
                Fix = $"{Tool(difference.Family)} -I {wanted.Name} {PositionFor(wanted, index, live)} {text[(text.IndexOf(wanted.Name, StringComparison.Ordinal) + wanted.Name.Length + 1)..]}{AgentFix}",
            },
            LabelOf(difference.Port), text);
    }

    private void AddExtra(Difference difference, Chain live, int index, bool isNeutrons)
    {
        var text = TextOf(live, live.Rules[index]);
        _findings.Add(
            new()
            {
                Id = isNeutrons ? "extra-rule" : "foreign-rule",
                What = isNeutrons
                    ? $"{live.Name} has a rule that Neutron did not write: {Words(live, index)}"
                    : $"a rule of somebody else in {live.Name} decides before Neutron's chains: {Words(live, index)}",
                Family = difference.Family,
                Table = Filter,
                Chain = live.Name,
                Evidence = [$"live, rule {index + 1}: {text}", .. CountersOf(live.Rules[index]), .. Examples(difference)],
                Consequence = ConsequenceOf(difference),
                Fix = $"{Tool(difference.Family)} -D {live.Name} {index + 1}"
                    + (isNeutrons ? AgentFix : ", or move it behind Neutron's, if it is needed for other packets"),
            },
            LabelOf(difference.Port), text);
    }

    private void AddChanged(Difference difference, Chain wanted, Chain live, int index, int at)
    {
        var (intended, found) = (TextOf(wanted, wanted.Rules[index]), TextOf(live, live.Rules[at]));
        _findings.Add(
            new()
            {
                Id = "changed-rule",
                What = $"rule {at + 1} of {live.Name} is not as Neutron wrote it: {Words(wanted, index)} is meant",
                Family = difference.Family,
                Table = Filter,
                Chain = live.Name,
                Evidence =
                [
                    $"intended: {intended}", .. OriginOf(difference, wanted, wanted.Rules[index]), $"live, rule {at + 1}: {found}",
                    .. CountersOf(live.Rules[at]), .. Examples(difference),
                ],
                Consequence = ConsequenceOf(difference),
                Fix = $"{Tool(difference.Family)} -R {live.Name} {at + 1} {intended[(intended.IndexOf(wanted.Name, StringComparison.Ordinal) + wanted.Name.Length + 1)..]}{AgentFix}",
            },
            LabelOf(difference.Port), intended + found);
    }

    private void AddReordered(Difference difference, Chain wanted, Chain live, (int First, int Second) meant, (int First, int Second) found)
    {
        var (first, second) = (TextOf(wanted, wanted.Rules[meant.First]), TextOf(wanted, wanted.Rules[meant.Second]));
        _findings.Add(
            new()
            {
                Id = "reordered-rules",
                What = $"rules of {live.Name} stand in the wrong order: {found.First + 1} belongs before {found.Second + 1}",
                Family = difference.Family,
                Table = Filter,
                Chain = live.Name,
                Evidence =
                [
                    $"intended first: {first}", $"intended after it: {second}",
                    $"live: rule {found.Second + 1} before rule {found.First + 1}", .. Examples(difference),
                ],
                Consequence = ConsequenceOf(difference),
                Fix = "systemctl restart neutron-openvswitch-agent: the agent writes the port's rules anew, in order",
            },
            LabelOf(difference.Port), first + second);
    }

    private void AddUnexplained(Difference difference) => _findings.Add(
        new()
        {
            Id = "different",
            What = $"packets {(difference.IsIngress ? "to" : "from")} a port fare otherwise than they should",
            Family = difference.Family,
            Table = Filter,
            Evidence = [.. Examples(difference)],
            Consequence = ConsequenceOf(difference),
            Fix = $"plumb explain {difference.Port.Port.Id[..Math.Min(11, difference.Port.Port.Id.Length)]} shows the rules; "
                + "a restart of the agent writes them anew",
        },
        LabelOf(difference.Port), difference.IsIngress.ToString());

    private static string Words(Chain chain, int index)
    {
        var role = RoleRecogniser.RoleOf(chain, index);
        var kind = NeutronChain.Parse(chain.Name).Kind;
        var text = Phrasebook.Of(Language.English).Say(DutyWords.Sentence(chain.Rules[index], role, kind)).TrimEnd('.');
        return $"\"{text}\"";
    }

    private IEnumerable<string> OriginOf(Difference difference, Chain wanted, Rule rule)
    {
        if (NeutronChain.Parse(wanted.Name).Kind is not (ChainKind.Ingress or ChainKind.Egress)
            || _intended.Origin(difference.Port, rule, difference.Family, wanted.Name) is not { } origin)
        {
            return [];
        }
        var rest = origin.RuleId is { Length: > 0 } id ? $", rule {id}" : "";
        return [$"from group {(origin.Group.Name.Length > 0 && origin.Group.Name != origin.Group.Group.Id ? $"{origin.Group.Name} ({origin.Group.Group.Id})" : origin.Group.Group.Id)}{rest}"];
    }

    private static IEnumerable<string> CountersOf(Rule rule) =>
        rule.Counters is { } counters ? [$"it has matched {counters.Packets} packets"] : [];

    private static IEnumerable<string> Examples(Difference difference)
    {
        if (difference.Lost.Count > 0)
        {
            yield return $"dropped, to be let {(difference.IsIngress ? "in" : "out")}: {BoxWords.Say(difference.Lost[0].Packets, difference.Family)}";
        }
        if (difference.Opened.Count > 0)
        {
            yield return $"let {(difference.IsIngress ? "in" : "out")}, to be dropped: {BoxWords.Say(difference.Opened[0].Packets, difference.Family)}";
        }
    }

    private static string ConsequenceOf(Difference difference)
    {
        var way = difference.IsIngress ? "to the instance" : "from the instance";
        return (difference.Lost.Count > 0, difference.Opened.Count > 0) switch
        {
            (true, false) => $"packets {way} that the security groups allow are dropped",
            (false, true) => $"packets {way} get through that the security groups forbid",
            _ => $"packets {way} that the security groups allow are dropped, and others get through that they forbid",
        };
    }

    /// <summary>Before the first live rule that belongs behind it.</summary>
    private static int PositionFor(Chain wanted, int index, Chain? live)
    {
        for (var i = index + 1; live is not null && i < wanted.Rules.Count; i++)
        {
            for (var at = 0; at < live.Rules.Count; at++)
            {
                if (live.Rules[at].Equals(wanted.Rules[i]))
                {
                    return at + 1;
                }
            }
        }
        return (live?.Rules.Count ?? 0) + 1;
    }
}
