using Plumbline.Diagnosis.Explaining;
using Plumbline.Diagnosis.Firewalls;
using Plumbline.Iptables.Simulation;
using Plumbline.Neutron;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Verdicts;

/// <summary>Fills a question in: the way from the topology (or from names alone), the packet from what was said, the rest assumed.</summary>
internal sealed partial class VerdictPlanner(VerdictQuestion question, Topology topology, NodeRules rules)
{
    private readonly List<(PacketFields Fields, string Text)> _assumed = [];
    private readonly List<string> _notes = [];

    /// <summary>The plan.</summary>
    /// <exception cref="Node.NodeException">The target is unknown or ambiguous.</exception>
    /// <exception cref="DiagnosisException">The question makes no sense here.</exception>
    public VerdictPlan Plan()
    {
        var port = question.Target is { } target ? FindPort(target) : NamesNoDevice ? OnlyPort() : null;
        var isIngress = IsIngress(port);
        var (path, way) = FindWay(port, isIngress);
        var packet = MakePacket(port, isIngress, path);
        return new()
        {
            Subject = port is null ? question.Target
                : port.Instance is { } instance ? $"{port.Tap ?? port.PortId} of {instance}" : port.Tap ?? port.PortId,
            Way = way,
            Path = path,
            Packet = packet,
            Entry = Entry(),
            Assumed = _assumed,
            Notes = _notes,
            IsBridged = path.Points[0].HasBridge,
        };
    }

    private bool NamesNoDevice => question is { PhysicalIn: null, PhysicalOut: null, In: null, Out: null };

    /// <summary>The only port that the rules are about: then none need be named.</summary>
    private FirewallTarget? OnlyPort() => FirewallExplainer.ListPorts(rules) is [_]
        && ExplainSubjectResolver.Resolve(topology, rules, null) is ExplainSubject.Ports { Targets: [var only] } ? only : null;

    /// <summary>A port that rules name though nothing else in the facts does, as in a text with listings of several kinds.</summary>
    private FirewallTarget? PortOfRules(string target)
    {
        try
        {
            return ExplainSubjectResolver.Resolve(topology, rules, target) is ExplainSubject.Ports { Targets: [var only] } ? only : null;
        }
        catch (Node.NodeException)
        {
            return null; // what the topology says of the name is the better answer
        }
    }

    /// <summary>The port; null where the target is a device that is none.</summary>
    private FirewallTarget? FindPort(string target)
    {
        if (topology.Vifs.Count == 0)
        {
            // rules alone: they name ports
            if (topology.Elements.Any(e => e.Name == target) && DeviceNames.PortIdPrefix(target) is null)
            {
                return null;
            }
            return ExplainSubjectResolver.Resolve(topology, rules, target) switch
            {
                ExplainSubject.Ports { Targets: [var only] } => only,
                ExplainSubject.Ports several => throw VerdictProblems.SeveralPorts(target, several.Targets.Select(t => t.Tap ?? t.PortId)),
                _ => throw VerdictProblems.NoWay(),
            };
        }
        Target resolved;
        try
        {
            resolved = TargetResolver.Resolve(topology, target);
        }
        catch (Node.NodeException) when (PortOfRules(target) is { } known)
        {
            return known;
        }
        var vif = resolved switch
        {
            Target.OfVif found => found.Vif,
            Target.OfInstance several => throw VerdictProblems.SeveralPorts(
                target, several.Vifs.Select(v => NameOf(v.Device) ?? v.PortId ?? "?")),
            Target.OfElement { Element: var element } => topology.VifsOf(element.Id) is [var only] ? only : null,
            _ => null,
        };
        if (vif is null)
        {
            return null;
        }
        if (vif.Plug is not (VifPlug.Hybrid or VifPlug.LinuxBridge))
        {
            throw VerdictProblems.NotBridged(target, vif.Plug switch
            {
                VifPlug.Ovs => "its tap is plugged into Open vSwitch itself, no Linux bridge is between",
                VifPlug.VhostUser => "it is a vhost-user socket",
                _ => "it is a port of Open vSwitch in a namespace",
            });
        }
        return new()
        {
            PortId = vif.PortId ?? NameOf(vif.Device) ?? "?",
            Tap = NameOf(vif.Device),
            Instance = vif.InstanceName,
            Address = vif.Address,
            IPAddresses = vif.IPAddresses,
        };
    }

    private string? NameOf(string? element) => element is null ? null : topology.Find(element)?.Name;

    /// <summary>Said; or told by the addresses; or, for want of better, towards the VM.</summary>
    private bool IsIngress(FirewallTarget? port)
    {
        if (question.IsIngress is { } said)
        {
            return said;
        }
        if (port is not null)
        {
            if (question.Hook is Hook.Input)
            {
                return false; // what the node itself gets comes from the VM
            }
            if (question.Source is { } source && port.IPAddresses.Contains(source) || question.SourceMac is { } mac && port.Address == mac)
            {
                return false;
            }
            if (question.Source is null && question.Destination is { } destination && !port.IPAddresses.Contains(destination))
            {
                _notes.Add("from the VM, since only a destination is given; --in asks for the way to it");
                return false;
            }
            if (question.Source is null && question.Destination is null && question.PhysicalIn is null)
            {
                _notes.Add("to the VM; --out asks for the way from it");
            }
            return question.PhysicalIn is null || question.PhysicalIn != port.Tap;
        }
        return true;
    }

    private (PacketPath Path, string Way) FindWay(FirewallTarget? port, bool isIngress)
    {
        var (tap, end, bridge) = Devices(port);
        var from = question.PhysicalIn ?? (isIngress ? end : tap);
        var to = question.PhysicalOut ?? (isIngress ? tap : end);
        if (port is null && question.Target is { } device && question is { PhysicalIn: null, PhysicalOut: null })
        {
            return question switch
            {
                { Out: { } other, In: null } when isIngress => Routed(device, other),
                { In: { } other, Out: null } when !isIngress => Routed(other, device),
                _ when isIngress => (Only(PacketPath.ToHost(device)), $"to the node itself, in by {device}"),
                _ => (Only(PacketPath.FromHost(device)), $"from the node itself, out by {device}"),
            };
        }
        if (from is null && to is null)
        {
            return question switch
            {
                { In: { } input, Out: { } output } => Routed(input, output),
                { In: { } input } => (Only(PacketPath.ToHost(input)), $"to the node itself, in by {input}"),
                { Out: { } output } => (Only(PacketPath.FromHost(output)), $"from the node itself, out by {output}"),
                _ => throw VerdictProblems.NoWay(),
            };
        }
        // one port known: the other is its sibling by Neutron's names
        from ??= Sibling(to!);
        bridge = question.In ?? bridge ?? BridgeOf(from) ?? BridgeOf(to ?? "") ?? "(its bridge)";
        if (question.Hook == Hook.Input)
        {
            return (Only(PacketPath.BridgedToHost(bridge, from)), $"from {from} to the node itself, through bridge {bridge}");
        }
        if (question.Out is { } routed && routed != bridge)
        {
            return (Only(PacketPath.BridgedThenRouted(bridge, from, routed)), $"from {from} of bridge {bridge}, routed out by {routed}");
        }
        to ??= Sibling(from);
        return (Only(PacketPath.Bridged(bridge, from, to)), $"from {from} to {to} through bridge {bridge}");
    }

    private (PacketPath Path, string Way) Routed(string from, string to) =>
        (Only(PacketPath.Routed(from, to)), $"routed from {from} to {to}");

    /// <summary>One hook of the way, where only that was asked for.</summary>
    private PacketPath Only(PacketPath path) =>
        question.Hook is { } hook && path.Points.FirstOrDefault(p => p.Hook == hook) is { } point && hook != Hook.Input
            ? PacketPath.At(point)
            : path;

    private (string? Tap, string? BridgeEnd, string? Bridge) Devices(FirewallTarget? port)
    {
        if (port is null)
        {
            return default;
        }
        var vif = topology.Vifs.FirstOrDefault(v => v.PortId == port.PortId);
        var (tap, end, bridge) = (port.Tap, NameOf(vif?.BridgeEnd), NameOf(vif?.HybridBridge));
        var id = DeviceNames.PortIdPrefix(port.Tap ?? "") ?? port.PortId;
        tap ??= DeviceNames.Tap(id);
        return (tap, end ?? DeviceNames.VethBridgeEnd(id), bridge ?? DeviceNames.HybridBridge(id));
    }

    private static string Sibling(string device) => DeviceNames.PortIdPrefix(device) is not { } id ? "(another port)"
        : device.StartsWith("tap", StringComparison.Ordinal) ? DeviceNames.VethBridgeEnd(id)
        : DeviceNames.Tap(id);

    private static string? BridgeOf(string device) =>
        DeviceNames.PortIdPrefix(device) is { } id ? DeviceNames.HybridBridge(id) : null;

    private ConntrackEntry? Entry() => question.State is { } state
        ? new(state) { Mark = question.ConnectionMark ?? 0 }
        : question.ConnectionMark is { } mark ? new(ConntrackState.New) { Mark = mark } : null;
}
