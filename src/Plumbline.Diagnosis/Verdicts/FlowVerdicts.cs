using System.Globalization;
using Plumbline.Diagnosis.Firewalls;
using Plumbline.Iptables;
using Plumbline.Iptables.Simulation;
using Plumbline.Node.Facts;
using Plumbline.Node.Firewalls;
using Plumbline.Node.Topologies;
using Plumbline.Packets;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Verdicts;

/// <summary>
/// Tells of the first packet of each flow what the security group does to it, as <c>plumb verdict</c> would: for comments in a capture.
/// The rules are those of the snapshot; they are compiled once, and a way is worked out once for each port and direction. One thread.
/// </summary>
public sealed class FlowVerdicts
{
    /// <summary>Flows that are remembered; of further ones nothing is told, since nobody knows which packet is their first.</summary>
    private const int MostFlows = 200_000;

    private readonly NodeSnapshot _snapshot;
    private readonly Topology _topology;
    private readonly NodeRules _rules;
    private readonly HashSet<FlowKey> _seen = [];
    private readonly Dictionary<(string Port, bool IsIngress, IPFamily Family), Way?> _ways = [];
    private readonly Dictionary<IPFamily, CompiledRuleset> _compiled = [];
    private readonly Dictionary<MacAddress, Vif> _vifs = [];

    /// <summary>Prepares to judge by the rules of <paramref name="snapshot"/>.</summary>
    /// <exception cref="DiagnosisException">No rules are known.</exception>
    public FlowVerdicts(NodeSnapshot snapshot, Topology topology)
    {
        _snapshot = snapshot;
        _topology = topology;
        _rules = NodeRules.Read(snapshot);
        if (_rules.Rulesets.Count == 0)
        {
            throw FirewallProblems.NoRules(snapshot);
        }
        foreach (var vif in topology.Vifs.Where(v => v.Address is not null && v.Owner == VifOwner.Instance))
        {
            _vifs.TryAdd(vif.Address!.Value, vif);
        }
    }

    /// <summary>Errors in the rules' text, which make verdicts doubtful.</summary>
    public IReadOnlyList<FirewallError> Errors => _rules.Errors;

    /// <summary>What becomes of the packet; null where it is not the first of its flow at this place, or of no VM of this node.</summary>
    /// <param name="place">A number of the place of capture: a flow is told of at each.</param>
    /// <param name="frame">From the Ethernet header on.</param>
    public string? Tell(int place, ReadOnlySpan<byte> frame)
    {
        FrameHeaders.Read(frame, LinkTypes.Ethernet, out var headers);
        if (headers.IpVersion == 0 || headers.FragmentOffset > 0 || _seen.Count >= MostFlows || !_seen.Add(FlowKey.Of(place, headers)))
        {
            return null;
        }
        var inner = headers.LinkOffset > 0 ? frame[headers.LinkOffset..] : frame;
        if (!FrameReader.TryRead(inner, out var packet, out _))
        {
            return null;
        }
        var lines = new List<string>();
        Judge(packet, isIngress: false, lines);
        Judge(packet, isIngress: true, lines);
        return lines.Count == 0 ? null : string.Join('\n', lines);
    }

    /// <summary>Of a packet between two VMs of this node both ends decide.</summary>
    private void Judge(in PacketHeader packet, bool isIngress, List<string> lines)
    {
        if ((isIngress ? packet.DestinationMac : packet.SourceMac) is not { } mac || !_vifs.TryGetValue(mac, out var vif)
            || WayOf(vif, isIngress, packet.Family) is not { } way)
        {
            return;
        }
        var isMiddle = packet.Protocol == 6 && (packet.TcpFlags & (TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Rst)) != TcpFlags.Syn;
        var conntrack = isMiddle ? ConntrackTable.Assume(new(ConntrackState.Established)) : ConntrackTable.Empty;
        var exploration = way.Rules.Explore(way.Path, in packet, conntrack);
        var name = vif.InstanceName ?? vif.PortId ?? "the port";
        var who = isIngress ? $"to {name}" : $"from {name}";
        if (way.AreRulesConsulted == false)
        {
            lines.Add($"plumb: {who}: passes, since bridged packets are not given to iptables ({NodeRules.BridgeSysctl(packet.Family)} = 0)");
            return;
        }
        var verdict = exploration.Outcome switch
        {
            Outcome.Passed => "ACCEPT",
            Outcome.Dropped => "DROP",
            _ => "DEPENDS on " + string.Join(", ", exploration.DependsOn),
        };
        lines.Add($"plumb: {who}: {verdict}{(isMiddle ? " (begun before the capture: taken for established)" : "")}"
            + Decider(FirewallVerdict.DecidingOf(exploration.Courses[0])));
    }

    private Way? WayOf(Vif vif, bool isIngress, IPFamily family)
    {
        var key = (vif.PortId ?? vif.Device ?? "", isIngress, family);
        if (_ways.TryGetValue(key, out var known))
        {
            return known;
        }
        Way? way = null;
        if (vif.Plug is VifPlug.Hybrid or VifPlug.LinuxBridge && CompiledOf(family) is { } compiled)
        {
            var target = vif.PortId ?? _topology.Find(vif.Device ?? "")?.Name;
            var plan = new VerdictPlanner(new() { Target = target, IsIngress = isIngress, Family = family }, _topology, _rules).Plan();
            way = new(compiled, compiled.Resolve(plan.Path), plan.IsBridged ? _rules.AreBridgedPacketsShown(family) : true);
        }
        return _ways[key] = way;
    }

    private CompiledRuleset? CompiledOf(IPFamily family)
    {
        if (_compiled.TryGetValue(family, out var known))
        {
            return known;
        }
        var rulesets = VerdictRules.Of(_rules, family, []);
        return rulesets.Count == 0
            ? null
            : _compiled[family] = CompiledRuleset.Compile(rulesets, [.. _rules.Sets.Values], VerdictRules.AddressesOf(_snapshot));
    }

    private static string Decider(TraceStep? step)
    {
        if (step is null)
        {
            return ", no rule of a filter table on its way";
        }
        return step.Place is { } place
            ? string.Create(CultureInfo.InvariantCulture,
                $", decided by {place.Table.Name} {place.Chain.Name}, rule {place.Number}: {RulesetRenderer.Save(place.Rule).Trim()}")
            : $", decided by the policy of {step.Table} {step.Chain?.Name}";
    }

    private sealed record Way(CompiledRuleset Rules, ResolvedPath Path, bool? AreRulesConsulted);

    /// <summary>Both directions of a conversation are one flow.</summary>
    private readonly record struct FlowKey(
        int Place, byte Protocol, InternetAddress Low, InternetAddress High, int LowPort, int HighPort, int Vlan, uint TunnelKey)
    {
        public static FlowKey Of(int place, in FrameHeaders headers)
        {
            var order = headers.Source.CompareTo(headers.Destination);
            var isLow = order < 0 || order == 0 && headers.SourcePort <= headers.DestinationPort;
            return isLow
                ? new(place, headers.Protocol, headers.Source, headers.Destination, headers.SourcePort, headers.DestinationPort,
                    headers.Vlan, headers.TunnelKey)
                : new(place, headers.Protocol, headers.Destination, headers.Source, headers.DestinationPort, headers.SourcePort,
                    headers.Vlan, headers.TunnelKey);
        }
    }
}
