using System.Net;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Capturing;

/// <summary>
/// Decides where packets are read. The least that shows them wins: AF_PACKET on a device that the kernel shows changes nothing on the
/// node; a mirror is made only where no such device exists. Pure: what would hurt or could not work is refused here, before anything
/// is touched (spec mirroring.md, mirroring-traps.md).
/// </summary>
public static partial class CapturePlanner
{
    /// <summary>Mirrors that a bridge can have (ofproto-dpif-mirror.h: MAX_MIRRORS); OVS takes a 33rd row and ignores it.</summary>
    public const int MirrorLimit = 32;

    /// <summary>Room for two VLAN tags above the greatest MTU.</summary>
    private const int TagRoom = 8;

    private const int EthernetHeader = 14;

    /// <summary>Of a tap device (linux/if_tun.h: ETH_MAX_MTU less the header); a loopback's 65536 is no measure.</summary>
    private const int MaxMtu = 65_521;

    /// <summary>Plans a capture.</summary>
    /// <param name="topology">The node.</param>
    /// <param name="targets">One or more resolved targets.</param>
    /// <param name="options">Where, and how bold.</param>
    /// <exception cref="DiagnosisException">It cannot work here (bad input), or would be unsafe (refused).</exception>
    public static CapturePlan Plan(Topology topology, IReadOnlyList<Target> targets, CapturePlanOptions options)
    {
        var context = new Context(topology, options);
        var places = options.Hops.Count > 0 ? options.Hops : [options.At];
        return Finish(context, targets.SelectMany(target => places.SelectMany(at => PlanTarget(context.At(at), target))));
    }

    /// <summary>Each place once, named and numbered.</summary>
    private static CapturePlan Finish(Context context, IEnumerable<CapturePoint> planned)
    {
        var points = new List<CapturePoint>();
        foreach (var point in planned)
        {
            if (!points.Any(p => SamePlace(p, point)))
            {
                points.Add(point with { Name = UniqueName(points, point), Hop = point.Hop with { Number = points.Count + 1 } });
            }
        }
        RefuseTooManyMirrors(context, points);
        return new()
        {
            Points = points,
            Notes = [.. NodeNotes(context, points)],
            Names = NamesOf(context.Topology),
        };
    }

    private static IEnumerable<CapturePoint> PlanTarget(Context context, Target target) => target switch
    {
        Target.OfVif vif => PlanVif(context, vif.Vif),
        Target.OfInstance instance => instance.Vifs.Count > 0
            ? instance.Vifs.SelectMany(v => PlanVif(context, v))
            : throw CaptureProblems.NoVif(instance.Name),
        Target.OfElement element => PlanElement(context, element.Element),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static bool SamePlace(CapturePoint a, CapturePoint b) => (a, b) switch
    {
        (CapturePoint.OfDevice x, CapturePoint.OfDevice y) => x.Device == y.Device && x.Namespace == y.Namespace,
        (CapturePoint.OfMirror x, CapturePoint.OfMirror y) =>
            x.BridgeUuid == y.BridgeUuid && x.Ports.Select(p => p.Uuid).ToHashSet().SetEquals(y.Ports.Select(p => p.Uuid)),
        _ => false,
    };

    private static string UniqueName(List<CapturePoint> points, CapturePoint point)
    {
        if (points.All(p => p.Name != point.Name))
        {
            return point.Name;
        }
        var device = point is CapturePoint.OfDevice of ? $"{point.Name} {of.Device}" : point.Name;
        var name = device;
        for (var number = 2; points.Any(p => p.Name == name); number++)
        {
            name = $"{device} {number}";
        }
        return name;
    }

    /// <summary>Names of instances, routers and DHCP servers by address. Addresses are unique within a network only: one that two owners share bears both names.</summary>
    public static IReadOnlyDictionary<IPAddress, string> NamesOf(Topology topology)
    {
        var result = new Dictionary<IPAddress, string>();
        foreach (var vif in topology.Vifs)
        {
            var name = NameOf(vif);
            foreach (var text in vif.IPAddresses)
            {
                var slash = text.IndexOf('/', StringComparison.Ordinal);
                if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address))
                {
                    continue;
                }
                if (!result.TryGetValue(address, out var other))
                {
                    result[address] = name;
                }
                else if (other != name && !other.Split('|').Contains(name))
                {
                    result[address] = $"{other}|{name}";
                }
            }
        }
        return result;
    }

    private static string NameOf(Vif vif) => vif.InstanceName ?? vif.Owner switch
    {
        VifOwner.Dhcp => "dhcp",
        VifOwner.Router => "router",
        VifOwner.Gateway => "gateway",
        VifOwner.Service => "service port",
        _ => vif.InstanceId ?? vif.PortId ?? "instance",
    };

    private static void RefuseTooManyMirrors(Context context, List<CapturePoint> points)
    {
        foreach (var bridge in points.OfType<CapturePoint.OfMirror>().GroupBy(p => p.Bridge, StringComparer.Ordinal))
        {
            var name = bridge.Key;
            // a row without an output takes no place in OVS
            var existing = context.FindBridge(name)!.Mirrors.Count(m => m.OutputPort is not null || m.OutputVlan is not null);
            if (existing + bridge.Count() > MirrorLimit)
            {
                throw CaptureProblems.MirrorLimit(name, existing, bridge.Count());
            }
        }
    }

    private sealed record Context(Topology Topology, CapturePlanOptions Options)
    {
        public OvsFacts? Ovs => Topology.Snapshot.Ovs;

        public Context At(CaptureAt at) => this with { Options = Options with { At = at } };

        public OvsBridge? FindBridge(string name) => Ovs?.Bridges.FirstOrDefault(b => b.Name == name);

        public OvsBridge? BridgeOf(Element element) => element.Kind == ElementKind.OvsBridge
            ? FindBridge(element.Name)
            : element.OvsBridge is { } name ? FindBridge(name) : null;

        public OvsPort? PortOf(Element element) =>
            BridgeOf(element)?.Ports.FirstOrDefault(p => p.Name == element.Name)
            ?? BridgeOf(element)?.Ports.FirstOrDefault(p => p.Interfaces.Any(i => i.Name == element.Name));

        /// <summary>The VIF that this element is a part of.</summary>
        public Vif? VifOf(Element element) => Topology.Vifs.FirstOrDefault(v =>
            v.Device == element.Id || v.OvsEnd == element.Id || v.BridgeEnd == element.Id || v.HybridBridge == element.Id);
    }
}
