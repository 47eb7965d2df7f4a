using System.Net;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Capturing;

public static partial class CapturePlanner
{
    /// <summary>
    /// Plans every hop of this node that a packet from <paramref name="from"/> to <paramref name="to"/> meets, in that order: the sender's
    /// tap, qvb, qvo; a router's ports where it is routed here; tunnel ports and NIC where it leaves the node; the receiver's qvo, qvb, tap.
    /// </summary>
    /// <param name="topology">The node.</param>
    /// <param name="from">One end; at least one of the two is on this node.</param>
    /// <param name="to">The other.</param>
    /// <param name="options">How bold; its places are not used.</param>
    /// <exception cref="DiagnosisException">It cannot work here (bad input), or would be unsafe (refused).</exception>
    public static CapturePlan PlanPath(Topology topology, PathEnd from, PathEnd to, CapturePlanOptions options)
    {
        var context = new Context(topology, options with { Hops = [] });
        var sender = EndOf(topology, from, to);
        var receiver = EndOf(topology, to, from);
        if (from.Target is null && to.Target is null)
        {
            throw CaptureProblems.BothEndsElsewhere(from.Text, to.Text);
        }
        if (from.Target is not null && SameEnd(sender, receiver, from, to))
        {
            throw CaptureProblems.SameEnds(from.Text);
        }
        IEnumerable<CapturePoint> ofSender = EndPoints(context, sender, from);
        var ofReceiver = EndPoints(context, receiver, to);
        var between = sender is not null && receiver is not null ? RoutersBetween(context, sender, receiver)
            : sender is not null && to.Target is null ? Outwards(context, sender, to)
            : receiver is not null && from.Target is null ? Outwards(context, receiver, from).Reverse()
            : [];
        return Finish(context,
            ofSender.Select(p => OnSide(p, "from"))
                .Concat(between.Select(p => OnSide(p, "between")))
                .Concat(ofReceiver.Reverse().Select(p => OnSide(p, "to"))));
    }

    private static CapturePoint OnSide(CapturePoint point, string side) => point with { Hop = point.Hop with { Side = side } };

    private static bool SameEnd(Vif? sender, Vif? receiver, PathEnd from, PathEnd to) =>
        sender is not null ? ReferenceEquals(sender, receiver) : from.Target == to.Target;

    /// <summary>The VIF of an end; null for a device, and for what is elsewhere. Of a VM with several, the one in a network of the other end.</summary>
    private static Vif? EndOf(Topology topology, PathEnd end, PathEnd other)
    {
        switch (end.Target)
        {
            case Target.OfVif vif:
                return vif.Vif;
            case Target.OfElement { Element: var element }:
                return topology.VifsOf(element.Id) is [var only] ? only : null;
            case Target.OfInstance instance:
                var others = VifsOf(other.Target);
                return instance.Vifs.FirstOrDefault(v => others.Any(o => InOneNetwork(v, o)))
                    ?? throw CaptureProblems.SeveralPorts(
                        instance.Name, [.. instance.Vifs.Select(v => v.PortId ?? v.Address?.ToString() ?? "?")]);
            default:
                return null;
        }
    }

    private static IReadOnlyList<Vif> VifsOf(Target? target) => target switch
    {
        Target.OfVif vif => [vif.Vif],
        Target.OfInstance instance => instance.Vifs,
        _ => [],
    };

    /// <summary>An end's own devices, its guest first.</summary>
    private static IReadOnlyList<CapturePoint> EndPoints(Context context, Vif? vif, PathEnd end)
    {
        if (vif is null)
        {
            return end.Target is Target.OfElement { Element: var element } ? [.. PlanElement(context, element)] : [];
        }
        if (vif.Plug == VifPlug.Namespace && Find(context, vif.Device) is { IfIndex: not null })
        {
            return [.. PlanVif(context.At(CaptureAt.Device), vif)]; // AF_PACKET in the namespace: no mirror is needed
        }
        CaptureAt[] places = vif.Plug == VifPlug.Hybrid
            ? [CaptureAt.Tap, CaptureAt.HybridVethBridgeEnd, CaptureAt.HybridVethOvsEnd]
            : [CaptureAt.Default];
        return [.. places.SelectMany(at => PlanVif(context.At(at), vif))];
    }

    /// <summary>Two networks that a router of this node joins: its ports, the sender's side first. Nothing within one network.</summary>
    private static IReadOnlyList<CapturePoint> RoutersBetween(Context context, Vif sender, Vif receiver)
    {
        if (InOneNetwork(sender, receiver))
        {
            return [];
        }
        var ports = context.Topology.Vifs.Where(v => v.Owner is VifOwner.Router or VifOwner.Gateway).ToList();
        foreach (var near in ports.Where(p => InOneNetwork(p, sender)))
        {
            if (ports.Find(p => p.Namespace == near.Namespace && InOneNetwork(p, receiver)) is { } far)
            {
                return [.. RouterPoints(context, near), .. RouterPoints(context, far)];
            }
        }
        // no router that this node shows: by tunnel or NIC to the node that routes, and back
        return WayOut(context, sender);
    }

    /// <summary>From a VIF out of the node, through a router of the node where the other end is in another network and one is here.</summary>
    private static IReadOnlyList<CapturePoint> Outwards(Context context, Vif vif, PathEnd far)
    {
        var routers = context.Topology.Vifs.Where(v => v.Owner == VifOwner.Router && InOneNetwork(v, vif)).ToList();
        foreach (var router in routers)
        {
            var gateway = context.Topology.Vifs.FirstOrDefault(v => v.Owner == VifOwner.Gateway && v.Namespace == router.Namespace);
            if (gateway is not null && far.Address is { } address && !IsInSubnetOf(context, router, address))
            {
                return [.. RouterPoints(context, router), .. RouterPoints(context, gateway), .. WayOut(context, gateway)];
            }
        }
        return WayOut(context, vif);
    }

    private static IReadOnlyList<CapturePoint> WayOut(Context context, Vif vif)
    {
        var points = new List<CapturePoint>();
        if (context.Topology.ChainOf(vif).Any(e => e.Kind == ElementKind.Tunnel && e.OvsBridge is not null && context.PortOf(e) is not null))
        {
            points.AddRange(PlanVif(context.At(CaptureAt.Tunnel), vif));
        }
        if (NicElements(context, vif).Any(n => n.State is not (ElementState.Down or ElementState.Missing)))
        {
            points.AddRange(PlanVif(context.At(CaptureAt.Nic), vif));
        }
        return points;
    }

    private static IEnumerable<CapturePoint> RouterPoints(Context context, Vif port) =>
        (Find(context, port.Device) is { IfIndex: not null } ? PlanVif(context.At(CaptureAt.Device), port) : PlanVif(context, port))
            .Select(p => p with { Hop = p.Hop with { Kind = "router" } });

    private static bool InOneNetwork(Vif a, Vif b) => a.Network?.Id is { } id && b.Network?.Id is { } other
        ? id == other
        : a.OvsBridge == b.OvsBridge && a.LocalVlan is not null && a.LocalVlan == b.LocalVlan;

    private static bool IsInSubnetOf(Context context, Vif router, IPAddress address) => Find(context, router.Device) is { } device
        && device.IPAddresses.Any(a => IPNetwork.TryParse(Masked(a), out var subnet) && subnet.Contains(address));

    /// <summary>172.16.0.1/24 as 172.16.0.0/24: IPNetwork takes no host bits.</summary>
    private static string Masked(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !IPAddress.TryParse(text[..slash], out var address) || !int.TryParse(text[(slash + 1)..], out var length)
            || length < 0)
        {
            return text;
        }
        var bytes = address.GetAddressBytes();
        for (var bit = length; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }
        return $"{new IPAddress(bytes)}/{length}";
    }
}
