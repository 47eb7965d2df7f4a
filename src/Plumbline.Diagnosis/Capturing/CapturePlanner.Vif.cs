using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Capturing;

public static partial class CapturePlanner
{
    private static IEnumerable<CapturePoint> PlanVif(Context context, Vif vif) =>
        PlanVifAt(context, vif).Select(p => p with
        {
            Hop = p.Hop with
            {
                Kind = WordOf(context.Options.At)
                    ?? (p is CapturePoint.OfMirror mirror && mirror.Bridge == vif.OvsBridge ? "br-int" : p.Hop.Kind),
                Instance = vif.InstanceName,
                Port = vif.PortId,
                Mac = vif.Address?.ToString(),
                Addresses = vif.IPAddresses,
            },
        });

    /// <summary>The place in the words of --at; null where the planner chose it.</summary>
    private static string? WordOf(CaptureAt at) => at switch
    {
        CaptureAt.Tap => "tap",
        CaptureAt.HybridBridge => "qbr",
        CaptureAt.HybridVethBridgeEnd => "qvb",
        CaptureAt.HybridVethOvsEnd => "qvo",
        CaptureAt.IntegrationBridge => "br-int",
        CaptureAt.TunnelBridge => "br-tun",
        CaptureAt.Tunnel => "tunnel",
        CaptureAt.Nic => "nic",
        _ => null,
    };

    private static IEnumerable<CapturePoint> PlanVifAt(Context context, Vif vif) => context.Options.At switch
    {
        CaptureAt.Default => PlanVifDefault(context, vif),
        CaptureAt.Tap => vif.Owner == VifOwner.Instance && vif.Plug is not (VifPlug.VhostUser or VifPlug.Namespace)
            ? [DeviceOf(context, vif, vif.Device, "tap")]
            : throw CaptureProblems.NoSuchHop(NameOf(vif), "tap", HopsOf(vif)),
        CaptureAt.HybridBridge => [DeviceOf(context, vif, vif.HybridBridge, "qbr")],
        CaptureAt.HybridVethBridgeEnd => [DeviceOf(context, vif, vif.BridgeEnd, "qvb")],
        CaptureAt.HybridVethOvsEnd => [DeviceOf(context, vif, vif.OvsEnd, "qvo")],
        CaptureAt.Device => [DeviceOf(context, vif, vif.Device ?? vif.OvsEnd, "device")],
        CaptureAt.IntegrationBridge => [MirrorOfVif(context, vif, "asked for by --at br-int")],
        CaptureAt.TunnelBridge => [TunnelBridgeOf(context, vif)],
        CaptureAt.Tunnel => [TunnelsOf(context, vif)],
        CaptureAt.Nic => NicsOf(context, vif),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static IEnumerable<CapturePoint> PlanVifDefault(Context context, Vif vif)
    {
        if (vif.Plug == VifPlug.VhostUser)
        {
            return [MirrorOfVif(context, vif, "a vhost-user port has no kernel device")];
        }
        var device = Find(context, vif.Device);
        if (vif.Plug == VifPlug.Namespace)
        {
            // a veth into the namespace shows its packets on the node's side too
            return Find(context, vif.OvsEnd) is { IfIndex: not null, Namespace: "" } near && near.Id != vif.Device
                ? [DeviceOf(context, vif, near.Id, NameOfKind(near.Kind))]
                : [MirrorOfVif(context, vif, device is { Namespace.Length: > 0 }
                    ? $"{device.Name} is in namespace {device.Namespace}"
                    : "an OVS internal port")];
        }
        if (device is { IfIndex: not null } or { State: ElementState.Missing })
        {
            return [DeviceOf(context, vif, device.Id, NameOfKind(device.Kind))];
        }
        if (device is not null && context.PortOf(device) is not null)
        {
            return [MirrorOfVif(context, vif, $"{device.Name} has no kernel device (DPDK)")];
        }
        throw CaptureProblems.NoSuchHop(NameOf(vif), "tap", HopsOf(vif));
    }

    private static CapturePoint.OfDevice DeviceOf(Context context, Vif vif, string? id, string hop)
    {
        var element = Find(context, id) ?? throw CaptureProblems.NoSuchHop(NameOf(vif), hop, HopsOf(vif));
        return DevicePoint(element, $"{NameOf(vif)} {hop}", DescribeVif(vif), HopNotes(vif, element.Kind));
    }

    private static CapturePoint.OfMirror MirrorOfVif(Context context, Vif vif, string reason)
    {
        var element = Find(context, vif.OvsEnd) ?? Find(context, vif.Device);
        if (element is null || context.PortOf(element) is not { } port)
        {
            throw CaptureProblems.NotOnOvs(NameOf(vif), element?.Name, HopsOf(vif));
        }
        RefuseDown(element);
        var bridge = context.BridgeOf(element)!;
        IReadOnlyList<string> notes = vif.Plug == VifPlug.Hybrid
            ? ["A mirror of qvo shows what the VM sent after its security group let it out, and what comes for it before its "
                + "security group decides; capture at the tap to see the guest's own view."]
            : [];
        return MirrorPoint(
            context, bridge, [port], $"{NameOf(vif)} {bridge.Name} mirror of {port.Name}", DescribeVif(vif), reason, notes);
    }

    private static CapturePoint.OfMirror TunnelBridgeOf(Context context, Vif vif)
    {
        var bridge = context.Topology.ChainOf(vif)
            .Where(e => e.Kind is ElementKind.Tunnel or ElementKind.OvsBridge)
            .Select(context.BridgeOf)
            .FirstOrDefault(b => b is not null && b.Name != vif.OvsBridge && HasTunnels(b))
            ?? context.Ovs?.Bridges.FirstOrDefault(b => b.Name != vif.OvsBridge && HasTunnels(b))
            ?? throw CaptureProblems.NoSuchHop(NameOf(vif), "br-tun", HopsOf(vif));
        return MirrorOfBridge(context, bridge, $"{NameOf(vif)} {bridge.Name} mirror", "asked for by --at br-tun", AllVms(vif));
    }

    private static CapturePoint.OfMirror TunnelsOf(Context context, Vif vif)
    {
        var tunnels = TunnelElements(context, vif);
        var bridge = tunnels.Select(context.BridgeOf).FirstOrDefault(b => b is not null)
            ?? throw CaptureProblems.NoSuchHop(NameOf(vif), "tunnel", HopsOf(vif));
        var ports = tunnels.Where(t => t.OvsBridge == bridge.Name).Select(context.PortOf).OfType<Node.Facts.OvsPort>();
        return MirrorPoint(
            context, bridge, [.. ports], $"{NameOf(vif)} tunnels of {bridge.Name}", $"tunnel ports of {bridge.Name}",
            "a tunnel port of OVS has no kernel device",
            ["Frames at a tunnel port are the inner ones, without VNI or outer addresses; capture --at nic as well to see those.",
                .. AllVms(vif)]);
    }

    private static List<Element> TunnelElements(Context context, Vif vif)
    {
        var chain = context.Topology.ChainOf(vif).Where(e => e.Kind == ElementKind.Tunnel).ToList();
        return chain.Count > 0 ? chain : [.. context.Topology.Elements
            .Where(e => e.Kind == ElementKind.Tunnel && e.OvsBridge is not null)];
    }

    private static IEnumerable<CapturePoint> NicsOf(Context context, Vif vif)
    {
        var nics = NicElements(context, vif);
        if (nics.Count == 0)
        {
            throw CaptureProblems.NoSuchHop(NameOf(vif), "nic", HopsOf(vif));
        }
        return nics.Select(nic => DevicePoint(
            nic, $"{NameOf(vif)} nic {nic.Name}", $"{nic.Name}, on the way of {DescribeVif(vif)}",
            ["Packets on a NIC are those of all VMs; tunnelled ones are inside GRE or VXLAN.", .. AllVms(vif)]) with
        {
            CarriesTunnels = true,
        });
    }

    private static List<Element> NicElements(Context context, Vif vif)
    {
        var nics = context.Topology.ChainOf(vif).Where(e => e.Kind is ElementKind.Nic or ElementKind.Stacked && e.IfIndex is not null).ToList();
        if (nics.Count > 0)
        {
            return nics;
        }
        // the device that holds a tunnel's own address carries its outer packets
        var locals = TunnelElements(context, vif).Select(t => t.Tunnel?.Local).OfType<System.Net.IPAddress>()
            .Select(a => a.ToString()).ToHashSet();
        return
        [
            .. context.Topology.Elements
                .Where(e => e.IfIndex is not null && e.Kind != ElementKind.Loopback && e.IPAddresses.Any(a => locals.Contains(a.Split('/')[0])))
                .SelectMany(e => NicsBehind(context, e))
                .DistinctBy(e => e.Id),
        ];
    }

    /// <summary>A tunnel of the userspace datapath leaves by the NIC in the bridge that holds its address, past the bridge's own device.</summary>
    private static IReadOnlyList<Element> NicsBehind(Context context, Element holder) => holder.Kind == ElementKind.OvsBridge
        && context.Topology.Elements.Where(e => e.OvsBridge == holder.Name && e.IfIndex is not null
            && e.Kind is ElementKind.Nic or ElementKind.Stacked).ToList() is { Count: > 0 } nics ? nics : [holder];

    private static bool HasTunnels(Node.Facts.OvsBridge bridge) =>
        bridge.Ports.Any(p => p.Interfaces.Any(i => IsTunnel(i.Type)));

    private static bool IsTunnel(string type) =>
        type is "gre" or "ip6gre" or "vxlan" or "geneve" or "stt" or "lisp" or "erspan" or "ip6erspan" or "gtpu" or "bareudp" or "srv6";

    private static IReadOnlyList<string> AllVms(Vif vif) => vif.Address is { } mac
        ? [$"This point carries other VMs' packets too: --filter 'ether host {mac}' keeps to {NameOf(vif)} (without broadcasts)."]
        : [];

    private static IReadOnlyList<string> HopNotes(Vif vif, ElementKind kind) => (vif.Plug, kind) switch
    {
        (VifPlug.Hybrid, ElementKind.Tap) =>
            ["The tap shows the guest's own view: what it sends before its security group decides, what it gets after."],
        (VifPlug.Hybrid, ElementKind.HybridVethBridgeEnd or ElementKind.HybridVethOvsEnd or ElementKind.HybridBridge) =>
            ["Between qbr and br-int: what the VM sent after its security group let it out (conntrack may have reassembled "
                + "fragments), and what comes for it before its security group decides."],
        (VifPlug.Ovs, ElementKind.Tap) =>
            ["The tap shows the guest's own view; the security group acts later, in br-int's flows."],
        _ => [],
    };

    /// <summary>The values of --at that this VIF has.</summary>
    private static IReadOnlyList<string> HopsOf(Vif vif)
    {
        var hops = new List<string>();
        if (vif.Device is not null)
        {
            hops.Add(vif.Plug is VifPlug.Namespace or VifPlug.VhostUser ? "device" : "tap");
        }
        if (vif.HybridBridge is not null)
        {
            hops.Add("qbr");
        }
        if (vif.BridgeEnd is not null)
        {
            hops.Add("qvb");
        }
        if (vif.OvsEnd is not null)
        {
            hops.Add("qvo");
        }
        if (vif.OvsBridge is not null)
        {
            hops.Add("br-int");
        }
        return hops;
    }

    private static string DescribeVif(Vif vif)
    {
        var parts = new List<string> { NameOf(vif) };
        if (vif.PortId is { } port)
        {
            parts.Add($"port {port}");
        }
        if (vif.Address is { } mac)
        {
            parts.Add($"MAC {mac}");
        }
        if (vif.IPAddresses.Count > 0)
        {
            parts.Add(string.Join(" ", vif.IPAddresses));
        }
        return string.Join(", ", parts);
    }

    private static Element? Find(Context context, string? id) => id is null ? null : context.Topology.Find(id);
}
