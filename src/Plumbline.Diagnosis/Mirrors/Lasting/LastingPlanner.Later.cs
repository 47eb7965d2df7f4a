using Plumbline.Diagnosis.Capturing;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Mirrors.Lasting;

public static partial class LastingPlanner
{
    /// <summary>Targets that nothing here is called yet, or a VM that is known and has no port on a bridge; no whole UUIDs, see
    /// <see cref="LastingRequest.MayWait"/>.</summary>
    public static IReadOnlyList<string> FindAbsent(Topology topology, IReadOnlyList<string> targets)
    {
        var result = new List<string>();
        foreach (var target in targets)
        {
            if (!Guid.TryParseExact(target, "D", out _) && !HasPort(topology, target))
            {
                result.Add(target);
            }
        }
        return result;
    }

    private static bool HasPort(Topology topology, string target)
    {
        try
        {
            return TargetResolver.TryResolve(topology, target) switch
            {
                null => false,
                Target.OfElement => true,
                var vm => CapturePlanner.PlanMirrors(topology, vm, force: true).Count > 0,
            };
        }
        catch (DiagnosisException)
        {
            return false; // known, but not plugged in
        }
    }

    /// <summary>Ports that are to come, by the whole UUID: whatever name they get then, their iface-id will be it.</summary>
    private static List<MirroredSource> FindLater(Topology topology, IReadOnlyList<string> targets)
    {
        var result = new List<MirroredSource>();
        foreach (var target in targets)
        {
            if (Guid.TryParseExact(target, "D", out _) && TargetResolver.TryResolve(topology, target) is null)
            {
                result.Add(new($"port {target[..11]}", target));
            }
        }
        return result;
    }

    /// <summary>Where Neutron's ports come up: the bridge that has such ports already, else br-int.</summary>
    private static string IntegrationBridge(Topology topology)
    {
        const string Usual = "br-int";
        var bridges = topology.Snapshot.Ovs?.Bridges ?? [];
        var candidates = bridges.Where(b => b.Ports.Any(p => p.Interfaces.Any(i => i.ExternalIds.ContainsKey("iface-id")))).ToList();
        return candidates is [var only] ? only.Name
            : bridges.Any(b => b.Name == Usual) ? Usual
            : throw LastingProblems.NoBridgeForLater();
    }
}
