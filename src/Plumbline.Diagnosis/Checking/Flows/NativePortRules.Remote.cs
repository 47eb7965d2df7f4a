using System.Globalization;
using Plumbline.Neutron.Intent;
using Plumbline.Neutron.OpenFlow;
using Plumbline.Neutron.SecurityGroups;
using Plumbline.OpenFlow.Flows;

namespace Plumbline.Diagnosis.Checking.Flows;

internal sealed partial class NativePortRules
{
    private const int AllPorts = 65535;

    /// <summary>Conjunctions that the port accepts by.</summary>
    private readonly HashSet<uint> _accepting = [];

    /// <summary>The second part of conjunctions: protocol and ports.</summary>
    private readonly List<(uint Id, string Protocol, int First, int Last, Flow Flow)> _parts = [];

    /// <summary>The first part of conjunctions in the port's network: addresses.</summary>
    private readonly Dictionary<uint, HashSet<string>> _addresses = [];

    private static bool IsConjunctive(Flow flow) => flow.Actions.Any(a => a is FlowAction.Conjunction) || BridgeFlows.Wants(flow, "conj_id") is not null;

    private void ReadConjunctions()
    {
        foreach (var flow in _flows)
        {
            if (BridgeFlows.Wants(flow, "conj_id") is { } accepted && Accepts(flow))
            {
                _accepting.Add((uint)accepted);
            }
            foreach (var action in flow.Actions)
            {
                if (action is FlowAction.Conjunction { Dimension: 2 } part)
                {
                    var (first, last) = PortsOf(flow);
                    _parts.Add((part.Id, ProtocolOf(flow), first, last, flow));
                }
            }
        }
        foreach (var flow in _native.MembersIn(Table, _port.LocalVlan))
        {
            var address = FarAddress(flow);
            foreach (var action in flow.Actions)
            {
                if (action is FlowAction.Conjunction { Dimension: 1 } part && address is not null)
                {
                    if (!_addresses.TryGetValue(part.Id, out var set))
                    {
                        _addresses[part.Id] = set = new(StringComparer.Ordinal);
                    }
                    set.Add(address);
                }
            }
        }
    }

    private void CompareRemote(SecurityGroupRule rule, string words, IntendedGroup? remote, NativeMembers members,
        List<(string Protocol, int First, int Last)> ranges)
    {
        if (NativeFirewallFlows.ProtocolOf(rule) is not { } protocol)
        {
            _isAllKnown = false;
            return;
        }
        var further = NativeFirewallFlows.PortRange(rule) is null ? string.Concat(NativeFirewallFlows.PortsOf(rule)) : "";
        var line = string.Create(CultureInfo.InvariantCulture,
            $" cookie=0x0, table={Table}, priority=70,{protocol.Word},reg5=0x{_port.OfPort:x}{protocol.Further}{further} actions=drop");
        var key = ProtocolOf(FlowDump.Parse(line).Flows[0]);
        var (first, last) = NativeFirewallFlows.PortRange(rule) ?? (0, AllPorts);
        ranges.Add((key, first, last));
        // numbers come in pairs: the even one for connections that run, the next for new ones
        var candidates = _parts.Select(p => p.Id & ~1u).Distinct()
            .Where(id => _accepting.Contains(id) && _accepting.Contains(id | 1) && IsPart(id) && IsPart(id | 1)).ToList();
        if (candidates.Count == 0)
        {
            Miss(words, string.Create(CultureInfo.InvariantCulture,
                $"table={Table} {protocol.Word},reg5=0x{_port.OfPort:x}{protocol.Further}{(last == AllPorts ? further : $", ports {first} to {last}")}: conjunction(…,2/2) and its conj_id"));
            return;
        }
        if (remote is null)
        {
            _isAllKnown = false;
            return;
        }
        var wanted = remote.Group.Members.Where(m => m.Contains(':') == rule.IsIPv6).Select(NativeFirewallFlows.Address).OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        var best = candidates.MinBy(id => Distance(id, wanted) + Distance(id | 1, wanted));
        members.Add(Table, _port.LocalVlan, NameOf(remote), wanted, Of(best));
        members.Add(Table, _port.LocalVlan, NameOf(remote), wanted, Of(best | 1));

        bool IsPart(uint id) => Covers([.. _parts.Where(p => p.Id == id && p.Protocol == key).Select(p => (p.First, p.Last))], first, last);

        int Distance(uint id, HashSet<string> addresses) => addresses.Count(a => !Of(id).Contains(a)) + Of(id).Count(a => !addresses.Contains(a));

        HashSet<string> Of(uint id) => _addresses.TryGetValue(id, out var set) ? set : [];
    }

    private string? FarAddress(Flow flow)
    {
        foreach (var isIPv6 in (ReadOnlySpan<bool>)[false, true])
        {
            if (BridgeFlows.Address(flow, NativeFirewallFlows.FarField(IsIngress, isIPv6)) is { } text)
            {
                return NativeFirewallFlows.Address(text) ?? text;
            }
        }
        // "any address" of a port with a pair 0.0.0.0/0 is said by its MAC alone
        return BridgeFlows.Mac(flow, "dl_src") is null ? null : BridgeFlows.HasProtocol(flow, "ip") ? "0.0.0.0/0" : "::/0";
    }

    private static string ProtocolOf(Flow flow) => FlowIdentity.MatchOf(flow, "ct_state", "tp_dst");

    private static (int First, int Last) PortsOf(Flow flow)
    {
        foreach (var match in flow.Matches)
        {
            if (match is Match.Value { Field.Name: "tp_dst" } value)
            {
                var first = (int)value.Wanted;
                return (first, first | AllPorts & ~(int)value.Mask);
            }
        }
        return (0, AllPorts);
    }

    /// <summary>Blocks together hold a whole range.</summary>
    private static bool Covers(List<(int First, int Last)> blocks, int first, int last)
    {
        blocks.Sort();
        var next = first;
        foreach (var block in blocks)
        {
            if (block.First > next)
            {
                break;
            }
            next = Math.Max(next, block.Last + 1);
        }
        return next > last;
    }
}
