using System.Globalization;
using Plumbline.Diagnosis.Capturing;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Mirrors.Lasting;

/// <summary>
/// Plans a lasting mirror: what to copy becomes names that outlive rows, and what would hurt or could not work is refused before anything
/// is touched (spec mirroring.md, mirroring-traps.md). Pure.
/// </summary>
public static partial class LastingPlanner
{
    private const int EthernetHeader = 14;
    private const int VlanTag = 4;

    /// <summary>Plans.</summary>
    /// <param name="topology">The node, live: with rows and routes.</param>
    /// <param name="request">What is wanted.</param>
    /// <exception cref="DiagnosisException">It cannot work (bad input), or would be unsafe (refused).</exception>
    /// <exception cref="Node.NodeException">A target is not found, or is several things.</exception>
    public static LastingPlan Plan(Topology topology, LastingRequest request)
    {
        if (!LastingMirror.IsName(request.Name))
        {
            throw LastingProblems.BadName(request.Name);
        }
        var later = request.MayWait ? FindLater(topology, request.Targets) : [];
        var resolved = request.Targets.Where(t => later.All(l => l.IfaceId != t)).Select(t => TargetResolver.Resolve(topology, t)).ToList();
        var points = resolved.SelectMany(t => CapturePlanner.PlanMirrors(topology, t, request.Force)).ToList();
        var bridges = points.Select(p => p.Bridge).Distinct().ToList();
        if (bridges.Count == 0 && later.Count > 0)
        {
            bridges.Add(IntegrationBridge(topology));
        }
        if (bridges.Count != 1)
        {
            throw LastingProblems.SeveralBridges(bridges);
        }
        var bridge = topology.Snapshot.Ovs!.Bridges.First(b => b.Name == bridges[0]); // the points came from there
        if (bridge.Mirrors.Count(m => m.OutputPort is not null || m.OutputVlan is not null) >= CapturePlanner.MirrorLimit)
        {
            throw CaptureProblems.MirrorLimit(bridge.Name, CapturePlanner.MirrorLimit, 1);
        }
        var elements = resolved.OfType<Target.OfElement>().Select(t => t.Element).ToList();
        var whole = elements.Any(e => e.Kind == ElementKind.OvsBridge);
        var patch = elements.FirstOrDefault(e => e.Kind == ElementKind.Patch);
        var ports = points.SelectMany(p => p.Ports).DistinctBy(p => p.Uuid).ToList();
        var mirror = new LastingMirror
        {
            Name = request.Name,
            Session = request.Session,
            Bridge = bridge.Name,
            Targets = request.Targets,
            Sources = whole || patch is not null ? [] : [.. ports.Select(p => SourceOf(bridge, p)), .. later],
            AllPorts = whole || patch is not null,
            WithLocalPort = whole,
            Direction = DirectionOf(request.Direction, patch, bridge),
            Vlans = request.Vlans,
            Output = request.Output ?? new MirrorOutput.OwnDevice(DeviceName(request), null),
            Untagged = request.Untagged,
            SnapLength = request.SnapLength ?? points.Select(p => p.SnapLength).Max(),
            Mtu = points.Count > 0 ? points.Max(p => p.MonitorMtu) : CapturePlanner.MonitorMtuOn(topology.Snapshot.Ovs!, bridge),
            Since = request.Now,
            Until = request.Until,
            HasOwnKeeper = request.HasOwnKeeper,
            Reason = request.Reason,
        };
        RefuseVlans(mirror, bridge, ports);
        var notes = new List<string>(points.SelectMany(p => p.Notes).Distinct()
            .Where(n => !mirror.Untagged || !n.StartsWith("VLAN ", StringComparison.Ordinal)));
        CheckOutput(topology, bridge, mirror, request.Force, notes);
        AddNotes(mirror, bridge, ports, notes);
        return new(mirror, notes);
    }

    private static MirroredSource SourceOf(OvsBridge bridge, MirroredPort port) => new(port.Name, bridge.Ports
        .First(p => p.Uuid == port.Uuid).Interfaces.Select(i => i.ExternalIds.GetValueOrDefault("iface-id")).FirstOrDefault(i => i is not null));

    /// <summary>
    /// What goes to a patch port leaves by the real ports of the bridge behind it: the same way. Where that bridge has none, and those of the
    /// patch port's own bridge are taken, it came in by them.
    /// </summary>
    private static MirrorDirection DirectionOf(MirrorDirection asked, Element? patch, OvsBridge bridge) =>
        patch is null || patch.OvsBridge != bridge.Name ? asked : asked switch
        {
            MirrorDirection.In => MirrorDirection.Out,
            MirrorDirection.Out => MirrorDirection.In,
            _ => asked,
        };

    /// <summary><c>mir-NAME</c> where that fits into IFNAMSIZ.</summary>
    private static string DeviceName(LastingRequest request) => request.Name.Length <= 11
        ? $"mir-{request.Name}"
        : $"mir-{request.Session[..8]}";

    /// <summary>select_vlan means the VLAN that the bridge sees: an access port's own tag (spec mirroring-traps 5.34).</summary>
    private static void RefuseVlans(LastingMirror mirror, OvsBridge bridge, List<MirroredPort> ports)
    {
        if (mirror.Vlans.Count == 0 || mirror.AllPorts || ports.Count < mirror.Sources.Count)
        {
            return;
        }
        var tags = ports.Select(p => bridge.Ports.First(o => o.Uuid == p.Uuid))
            .Select(p => p is { Tag: { } tag, Trunks.Count: 0, VlanMode: null or "" or "access" } ? tag : (int?)null).ToList();
        if (tags.TrueForAll(t => t is { } tag && !mirror.Vlans.Contains(tag)))
        {
            throw LastingProblems.NoSuchVlan(mirror.Vlans, [.. tags.Select(t => t!.Value).Distinct()]);
        }
    }

    private static void AddNotes(LastingMirror mirror, OvsBridge bridge, List<MirroredPort> ports, List<string> notes)
    {
        var tags = ports.Select(p => bridge.Ports.First(o => o.Uuid == p.Uuid).Tag).Where(t => t > 0).Distinct().ToList();
        if (tags.Count > 0 && !mirror.Untagged)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture,
                $"Copies carry {bridge.Name}'s own VLAN tag ({string.Join(", ", tags)}); --untag leaves it out."));
        }
        if (mirror.AllPorts)
        {
            notes.Add($"Every packet through {bridge.Name} is copied, at each real port once: this costs time on all of them. "
                + "Ports that come later are copied too.");
        }
        else
        {
            foreach (var source in mirror.Sources.Where(s => s.IfaceId is null))
            {
                notes.Add($"{source.Name} has no iface-id: it is followed by its name.");
            }
        }
        if (mirror.Direction != MirrorDirection.In)
        {
            notes.Add("A packet is copied as it comes in, before any flow decides: a copy does not mean that it was forwarded.");
        }
    }
}
