using System.Globalization;
using Plumbline.Diagnosis.Checking;
using Plumbline.Diagnosis.Checking.Flows;
using Plumbline.Neutron.Intent;
using Plumbline.Neutron.OpenFlow;
using Plumbline.Neutron.SecurityGroups;
using Plumbline.OpenFlow.Flows;
using Plumbline.OpenFlow.Simulation;

namespace Plumbline.Diagnosis.Tracing;

/// <summary>
/// What the native firewall's tables did to a packet, in an operator's words: which security-group rule let it through, or what stopped it.
/// Rules have their names where Neutron's API was asked.
/// </summary>
internal sealed class NativeFirewallWords(TraceFabric fabric)
{
    private const int Dropped = 93;

    /// <summary>A lookup in a table of rules that accepts; null for any other.</summary>
    public string? Accepted(TraceNode node, TraceStep.LookedUp step, TraceFrame frame)
    {
        if (step.Flow is not { Priority: >= 70 and < 80 } flow || step.Table is not (NativeFlows.EgressRules or NativeFlows.IngressRules)
            || BridgeFlows.Wants(flow, "reg5") is not { } port || BridgeFlows.Drops(flow))
        {
            return null;
        }
        var isIngress = step.Table == NativeFlows.IngressRules;
        var named = RuleOf(node, step.Bridge, (int)port, flow, frame, isIngress);
        return named ?? (BridgeFlows.Wants(flow, "conj_id") is { } id
            ? string.Create(CultureInfo.InvariantCulture, $"{(isIngress ? "in" : "out")}: a rule with a remote group (conjunction {id})")
            : $"{(isIngress ? "in" : "out")}: the rule \"{flow.MatchText[(flow.MatchText.IndexOf(',', StringComparison.Ordinal) + 1)..]}\"");
    }

    /// <summary>Why the tables dropped it; null where they did not.</summary>
    public static string? Refused(TraceNode node, DropCause drop, IReadOnlyList<TraceStep> steps, TraceFrame frame)
    {
        // a connection that is marked ends in the connection tracker: then no flow is named
        var isNamed = !drop.Why.StartsWith("no action", StringComparison.Ordinal);
        if (isNamed && drop.Table is < NativeFlows.BaseEgress or > Dropped || !HasNativeFirewall(node, drop.Bridge))
        {
            return null;
        }
        TraceStep.LookedUp? cause = null;
        for (var i = Math.Min(drop.Step, steps.Count) - 1; i >= 0 && cause is null; i--)
        {
            cause = steps[i] is TraceStep.LookedUp { Table: not Dropped } found && found.Bridge == drop.Bridge ? found : null;
        }
        if (cause is null)
        {
            return null;
        }
        var port = cause.Flow is { } flow && BridgeFlows.Wants(flow, "reg5") is { } number ? NameOf(node, drop.Bridge, (int)number) : null;
        var at = string.Create(CultureInfo.InvariantCulture, $"table {cause.Table}");
        return cause.Table switch
        {
            NativeFlows.BaseEgress => $"{at}: {Egress(cause.Flow, frame)}",
            NativeFlows.EgressRules => $"{at}: {Tracked(cause.Flow, port, "egress")}",
            NativeFlows.IngressRules => $"{at}: {Tracked(cause.Flow, port, "ingress")}",
            73 or 81 when cause.Flow is null or { Matches.Count: 0 } => $"{at}: the native firewall has no flow for this port there",
            _ => null,
        };
    }

    private static bool HasNativeFirewall(TraceNode node, string bridge) =>
        node.SwitchFacts.Flows.TryGetValue(bridge, out var dump) && dump.Flows.Any(f => f.Table.Number == NativeFlows.BaseEgress);

    private static string Egress(Flow? flow, TraceFrame frame)
    {
        if (flow is null or { Matches.Count: 0 })
        {
            return "the native firewall has no flow for this port there";
        }
        if (BridgeFlows.Wants(flow, "tp_src") is not null)
        {
            return $"no VM may answer as a DHCP server (flow \"{flow.MatchText}\")";
        }
        if (BridgeFlows.Wants(flow, "icmp_type") is { } type && type == 134)
        {
            return $"no VM may send router advertisements (flow \"{flow.MatchText}\")";
        }
        return $"its sender {frame.Source} {frame.From} is not among the port's addresses: the native firewall takes it for spoofed (flow \"{flow.MatchText}\")";
    }

    private static string Tracked(Flow? flow, string? port, string direction)
    {
        var whose = port is null ? "the port's security groups" : $"{port}'s security groups";
        if (flow is null or { Matches.Count: 0 })
        {
            return $"the native firewall has no {direction} flows for this port";
        }
        var state = flow.Matches.OfType<Match.Value>().FirstOrDefault(m => m.Field.Name == "ct_state");
        var shown = $"(flow \"{flow.MatchText}\")";
        if (BridgeFlows.Wants(flow, "ct_mark") is { } mark && mark == 1)
        {
            return $"its connection is marked: the {direction} rule that let it through is gone {shown}";
        }
        if (state is not null && (state.Wanted & 16) != 0)
        {
            return $"the connection tracker takes it for invalid {shown}";
        }
        return flow.Priority < 70 && state is not null
            ? (state.Wanted & 2) != 0 ? $"its connection ran, and no {direction} rule of {whose} allows it any more {shown}"
                : $"no {direction} rule of {whose} lets it through {shown}"
            : $"{direction} of {whose}: dropped {shown}";
    }

    private static string? NameOf(TraceNode node, string bridge, int number) => node.Snapshot.Ovs?.Bridges.FirstOrDefault(b => b.Name == bridge)?.Ports
        .SelectMany(p => p.Interfaces).FirstOrDefault(r => r.OfPort == number)?.Name;

    private string? RuleOf(TraceNode node, string bridge, int number, Flow flow, TraceFrame frame, bool isIngress)
    {
        if (fabric.Cloud?.Firewall is not { } intent || NameOf(node, bridge, number) is not { } name
            || node.Topology.Vifs.FirstOrDefault(v => CheckNode.OvsPortOf(v) == name)?.PortId is not { } id
            || intent.Ports.FirstOrDefault(p => p.Port.Id.StartsWith(id, StringComparison.Ordinal)) is not { } port)
        {
            return null;
        }
        var groups = intent.Groups.ToDictionary(g => g.Group.Id, StringComparer.Ordinal);
        var match = FlowIdentity.MatchOf(flow, "ct_state");
        var isConjunction = BridgeFlows.Wants(flow, "conj_id") is not null;
        foreach (var group in port.Port.SecurityGroups.Select(groups.GetValueOrDefault).OfType<IntendedGroup>())
        {
            foreach (var rule in group.Group.Rules.Where(r => r.IsIngress == isIngress))
            {
                var isIt = (rule.RemoteGroupId ?? rule.RemoteAddressGroupId) is { } remote
                    ? isConjunction && Admits(rule, groups.GetValueOrDefault(remote), frame)
                    : !isConjunction && IsSame(rule, number, isIngress, match);
                if (isIt)
                {
                    return $"let {(isIngress ? "in" : "out")} by \"{NativePortRules.Words(rule, groups)}\" of {(group.Name.Length > 0 ? group.Name : group.Group.Id)}";
                }
            }
        }
        return null;
    }

    private static bool IsSame(SecurityGroupRule rule, int number, bool isIngress, string match)
    {
        foreach (var text in NativeFirewallFlows.MatchesOf(rule, number) ?? [])
        {
            if (FlowIdentity.MatchOf(FlowDump.Parse(NativeFirewallFlows.Accepting(text, isIngress, number)[0]).Flows[0], "ct_state") == match)
            {
                return true;
            }
        }
        return false;
    }

    private static bool Admits(SecurityGroupRule rule, IntendedGroup? remote, TraceFrame frame)
    {
        var far = NativeFirewallFlows.Address((rule.IsIngress ? frame.From : frame.To).ToString());
        if (remote is null || NativeFirewallFlows.ProtocolOf(rule) is not { } protocol
            || !remote.Group.Members.Any(m => NativeFirewallFlows.Address(m) == far))
        {
            return false;
        }
        var word = (frame.Protocol, rule.IsIPv6) switch
        {
            (6, false) => "tcp",
            (6, true) => "tcp6",
            (17, false) => "udp",
            (17, true) => "udp6",
            (1, false) => "icmp",
            (58, true) => "icmp6",
            _ => "",
        };
        return (protocol.Word == word || protocol is { Word: "ip" or "ipv6", Further: "" })
            && (NativeFirewallFlows.PortRange(rule) is not { } range || frame.DestinationPort >= range.First && frame.DestinationPort <= range.Last);
    }
}
