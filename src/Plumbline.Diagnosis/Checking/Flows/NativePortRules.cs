using System.Globalization;
using Plumbline.Neutron.Intent;
using Plumbline.Neutron.OpenFlow;
using Plumbline.Neutron.SecurityGroups;
using Plumbline.OpenFlow.Flows;

namespace Plumbline.Diagnosis.Checking.Flows;

/// <summary>One port's rules in one direction: what is wanted beside what stands in table 72 or 82.</summary>
internal sealed partial class NativePortRules
{
    private const int LowestRule = 70;
    private const int HighestRule = 79;

    private readonly NativeFlows _native;
    private readonly NativeFirewallPort _port;
    private readonly List<Flow> _flows;
    private bool _isAllKnown = true;

    public NativePortRules(NativeFlows native, NativeFirewallPort port, bool isIngress)
    {
        (_native, _port, IsIngress) = (native, port, isIngress);
        Table = isIngress ? NativeFlows.IngressRules : NativeFlows.EgressRules;
        _flows = [.. native.RulesOf(Table, port.OfPort).Where(f => f.Priority is >= LowestRule and <= HighestRule)];
        ReadConjunctions();
    }

    public bool IsIngress { get; }

    public int Table { get; }

    /// <summary>Rules in words.</summary>
    public List<string> Missing { get; } = [];

    /// <summary>Flows of these, as the agent would write them.</summary>
    public List<string> MissingFlows { get; } = [];

    public List<string> Changed { get; } = [];

    public List<Flow> Extra { get; } = [];

    public void Compare(IReadOnlyList<string> ids, Dictionary<string, IntendedGroup> groups, NativeMembers members)
    {
        var wanted = new HashSet<string>(StringComparer.Ordinal);
        var ranges = new List<(string Protocol, int First, int Last)>();
        foreach (var id in ids.Distinct())
        {
            if (!groups.TryGetValue(id, out var group))
            {
                _isAllKnown = false;
                continue;
            }
            foreach (var rule in group.Group.Rules.Where(r => r.IsIngress == IsIngress))
            {
                var words = $"the rule \"{Words(rule, groups)}\" of {NameOf(group)}";
                if ((rule.RemoteGroupId ?? rule.RemoteAddressGroupId) is { } remote)
                {
                    CompareRemote(rule, words, groups.GetValueOrDefault(remote), members, ranges);
                }
                else
                {
                    ComparePlain(rule, words, wanted);
                }
            }
        }
        if (_isAllKnown)
        {
            FindExtra(wanted, ranges);
        }
    }

    /// <summary>Without the API: a rule's flows are two, and a conjunction has all its parts.</summary>
    public void ComparePairs()
    {
        var states = new Dictionary<string, (Flow First, int States)>(StringComparer.Ordinal);
        foreach (var flow in _flows.Where(f => !IsConjunctive(f)))
        {
            var match = FlowIdentity.MatchOf(flow, "ct_state");
            var state = IsNew(flow) ? 2 : 1;
            states[match] = states.TryGetValue(match, out var known) ? (known.First, known.States | state) : (flow, state);
            if (flow.Cookie == _native.Bridge.Cookie && !Accepts(flow))
            {
                Changed.Add(FlowContext.Show(flow));
            }
        }
        foreach (var (first, both) in states.Values)
        {
            if (both != 3)
            {
                Missing.Add($"half of \"{first.MatchText}\" (flows for {(both == 1 ? "new connections" : "connections that run")})");
            }
        }
        foreach (var id in _parts.Select(p => p.Id).Distinct().Where(id => !_accepting.Contains(id)))
        {
            Missing.Add(string.Create(CultureInfo.InvariantCulture, $"conjunction {id}, which flows of the port are part of,"));
        }
        foreach (var id in _accepting.Where(id => !_parts.Exists(p => p.Id == id)))
        {
            Missing.Add(string.Create(CultureInfo.InvariantCulture, $"conjunction {id}'s part with protocol and port"));
        }
    }

    private void ComparePlain(SecurityGroupRule rule, string words, HashSet<string> wanted)
    {
        if (NativeFirewallFlows.MatchesOf(rule, _port.OfPort) is not { } matches)
        {
            _isAllKnown = false;
            return;
        }
        foreach (var match in matches)
        {
            foreach (var flow in FlowDump.Parse(string.Join('\n', NativeFirewallFlows.Accepting(match, IsIngress, _port.OfPort))).Flows)
            {
                wanted.Add(FlowIdentity.MatchOf(flow, "ct_state"));
                var found = _native.Find(flow, out var isSame);
                if (found is null)
                {
                    Miss(words, FlowContext.Show(flow));
                }
                else if (!isSame && !Accepts(found))
                {
                    Changed.Add($"{FlowContext.Show(found)}, for {words}");
                }
            }
        }
    }

    private void Miss(string words, string flow)
    {
        if (!Missing.Contains(words))
        {
            Missing.Add(words);
        }
        if (!MissingFlows.Contains(flow))
        {
            MissingFlows.Add(flow);
        }
    }

    private void FindExtra(HashSet<string> wanted, List<(string Protocol, int First, int Last)> ranges)
    {
        foreach (var flow in _flows)
        {
            if (IsConjunctive(flow) || BridgeFlows.Drops(flow))
            {
                continue;
            }
            if (!wanted.Contains(FlowIdentity.MatchOf(flow, "ct_state")))
            {
                Extra.Add(flow);
            }
        }
        foreach (var part in _parts)
        {
            if (!Covers([.. ranges.Where(r => r.Protocol == part.Protocol).Select(r => (r.First, r.Last))], part.First, part.Last) && !Extra.Contains(part.Flow))
            {
                Extra.Add(part.Flow);
            }
        }
    }

    /// <summary>Sends to the port, or on to where accepted packets go; a new connection's answers are known only if it is committed.</summary>
    private bool Accepts(Flow flow) => IsIngress
        ? (flow.Actions.Any(a => a is FlowAction.Output { Port.Number: { } number } && number == _port.OfPort) || BridgeFlows.IsNormal(flow))
            && (!IsNew(flow) || flow.Actions.Any(a => a is FlowAction.Ct { Parameters.Commit: true }))
        : BridgeFlows.GoesTo(flow, 73) || BridgeFlows.GoesTo(flow, 94) || BridgeFlows.GoesTo(flow, 91);

    private static bool IsNew(Flow flow) => flow.Matches.Any(m => m is Match.Value { Field.Name: "ct_state" } value && (value.Wanted & 1) != 0);

    private static string NameOf(IntendedGroup group) => group.Name.Length > 0 ? group.Name : group.Group.Id;

    /// <summary>A rule as an operator would say it: <c>in tcp 22 from 10.0.0.0/8</c>.</summary>
    public static string Words(SecurityGroupRule rule, IReadOnlyDictionary<string, IntendedGroup> groups)
    {
        var ports = (rule.PortRangeMin, rule.PortRangeMax) switch
        {
            (null, _) => "",
            ({ } first, { } last) when first == last => string.Create(CultureInfo.InvariantCulture, $" {first}"),
            ({ } first, null) => string.Create(CultureInfo.InvariantCulture, $" {first}"),
            ({ } first, { } last) => string.Create(CultureInfo.InvariantCulture, $" {first}{(rule.Protocol is "icmp" or "ipv6-icmp" or "icmpv6" ? '/' : '-')}{last}"),
        };
        var far = (rule.RemoteGroupId ?? rule.RemoteAddressGroupId) is { } id
            ? "group " + (groups.TryGetValue(id, out var remote) ? NameOf(remote) : id) : rule.RemoteIPPrefix ?? "anywhere";
        return $"{(rule.IsIngress ? "in" : "out")} {(rule.IsIPv6 ? "ipv6 " : "")}{rule.Protocol ?? "any"}{ports} {(rule.IsIngress ? "from" : "to")} {far}";
    }
}
