using Plumbline.Diagnosis.Explaining;
using Plumbline.Diagnosis.Firewalls;
using Plumbline.Iptables;
using Plumbline.Iptables.Symbolic;
using Plumbline.Neutron.Intent;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Reaching.Asserting;

/// <summary>
/// Holds assertions against the rules that act on the node, for every port they are about. Groups are those of the file, then Neutron's
/// by name or UUID.
/// </summary>
public sealed class AssertionCheck
{
    private readonly Topology _topology;
    private readonly NodeRules _firewall;
    private readonly AssertionFile _file;
    private readonly NeutronIntent? _wanted;
    private readonly IReadOnlyList<FirewallTarget> _ports;

    private AssertionCheck(Topology topology, NodeRules firewall, AssertionFile file, NeutronIntent? wanted)
    {
        (_topology, _firewall, _file, _wanted) = (topology, firewall, file, wanted);
        _ports = FirewallExplainer.ListPorts(firewall);
    }

    /// <summary>Checks all of the file.</summary>
    /// <exception cref="DiagnosisException">A name in the file means nothing here.</exception>
    public static IReadOnlyList<AssertionResult> Run(
        Topology topology, NodeRules firewall, AssertionFile file, NeutronIntent? wanted, AnalysisBudget budget)
    {
        var check = new AssertionCheck(topology, firewall, file, wanted);
        var analyses = new Dictionary<IPFamily, ReachAnalysis>();
        foreach (var family in new[] { IPFamily.IPv4, IPFamily.IPv6 })
        {
            if (ActingRulesets.Of(firewall, family) is { Count: > 0 } rulesets)
            {
                analyses[family] = ReachAnalysis.Create(rulesets, [.. firewall.Sets.Values], firewall.Addresses, budget);
            }
        }
        return [.. file.Assertions.Select(a => check.Run(a, analyses))];
    }

    private AssertionResult Run(FirewallAssertion assertion, Dictionary<IPFamily, ReachAnalysis> analyses)
    {
        var from = assertion.From.SelectMany(AddressesOf).ToList();
        var except = assertion.Except.SelectMany(AddressesOf).ToList();
        var violations = new List<(string, SymbolicPacket)>();
        List<string> unproved = _firewall.Unread() is { } unread ? [unread] : [];
        var proved = 0;
        foreach (var target in PortsOf(assertion))
        {
            if (PortDevices.Of(_topology, target) is not { } devices)
            {
                unproved.Add($"{target.PortId}: its tap is not told");
                continue;
            }
            foreach (var (family, analysis) in analyses)
            {
                if (assertion.Family is { } only && only != family
                    || from.Count > 0 && !from.Exists(a => a.Family == family))
                {
                    continue;
                }
                var query = new ReachQuery
                {
                    Sources = from,
                    ExceptSources = except,
                    Protocol = assertion.Protocol is 1 or 58 ? (byte)(family == IPFamily.IPv4 ? 1 : 58) : assertion.Protocol,
                    Ports = assertion.Range,
                    LikelyDestinations = [.. target.IPAddresses.SelectMany(Parse).Where(a => a.Family == family).Select(a => a.Address)],
                };
                var (counterexample, why) = analysis.Find([devices.Ingress], query, passing: assertion.IsDenied);
                if (counterexample is not null)
                {
                    violations.Add((target.Instance ?? devices.Tap, counterexample));
                }
                else if (why is not null)
                {
                    unproved.Add($"{devices.Tap}: {why}");
                }
                else
                {
                    proved++;
                }
            }
        }
        return new() { Assertion = assertion, Proved = proved, Violations = violations, Unproved = unproved };
    }

    private List<FirewallTarget> PortsOf(FirewallAssertion assertion)
    {
        if (assertion.Ports.Count == 0)
        {
            return [.. _ports];
        }
        var result = new List<FirewallTarget>();
        foreach (var name in assertion.Ports)
        {
            if (_file.Groups.TryGetValue(name, out var members))
            {
                foreach (var member in members)
                {
                    result.AddRange(Resolve(member));
                }
            }
            else if (GroupOf(name) is { } group)
            {
                var owned = _wanted!.Ports.Where(p => p.Port.SecurityGroups.Contains(group)).Select(p => p.Port.Id).ToList();
                result.AddRange(_ports.Where(p => owned.Exists(id => PortFinder.Same(id, p.PortId))));
            }
            else
            {
                result.AddRange(Resolve(name));
            }
        }
        return [.. result.DistinctBy(p => p.PortId)];
    }

    private IReadOnlyList<FirewallTarget> Resolve(string text) =>
        ExplainSubjectResolver.Resolve(_topology, _firewall, text) is ExplainSubject.Ports ports ? ports.Targets : [];

    private string? GroupOf(string name) =>
        _wanted?.Groups.FirstOrDefault(g => g.Name == name || g.Group.Id == name)?.Group.Id;

    private IEnumerable<MaskedAddress> AddressesOf(string name)
    {
        if (_file.Groups.TryGetValue(name, out var members))
        {
            return members.SelectMany(m => m == name ? Parse(m) : AddressesOf(m));
        }
        if (Parse(name) is [var address])
        {
            return [address];
        }
        if (GroupOf(name) is { } group)
        {
            return _wanted!.Ports.Where(p => p.Port.SecurityGroups.Contains(group))
                .SelectMany(p => p.Port.FixedAddresses.Select(a => a.ToString()).Concat(p.Port.AllowedAddressPairs.Select(a => a.Address)))
                .SelectMany(Parse);
        }
        var ports = Resolve(name);
        return ports.Count > 0 ? ports.SelectMany(p => p.IPAddresses).SelectMany(Parse)
            : throw new DiagnosisException(new Problem($"\"{Printable.Escape(name)}\" is no address, group, VM or port here", null, "docs/intent.md"));
    }

    private static MaskedAddress[] Parse(string text) => MaskedAddress.TryParse(text, out var address) ? [address] : [];
}
