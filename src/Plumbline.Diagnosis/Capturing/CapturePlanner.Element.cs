using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;

namespace Plumbline.Diagnosis.Capturing;

public static partial class CapturePlanner
{
    private static IEnumerable<CapturePoint> PlanElement(Context context, Element element)
    {
        if (context.Options.At == CaptureAt.Device)
        {
            return [element.IfIndex is not null || element.State == ElementState.Missing
                ? DevicePoint(element, $"{element.Name} device", Describe(element), [])
                : throw CaptureProblems.NoDevice(element.Name)];
        }
        if (context.Options.At != CaptureAt.Default)
        {
            return context.VifOf(element) is { } vif
                ? PlanVif(context, vif)
                : throw CaptureProblems.NotOnAWay(element.Name);
        }
        switch (element.Kind)
        {
            case ElementKind.Instance:
                return PlanInstance(context, element);
            case ElementKind.OvsBridge:
                var bridge = context.BridgeOf(element) ?? throw CaptureProblems.NoOvs(element.Name);
                return [MirrorOfBridge(context, bridge, $"{bridge.Name} mirror of all ports",
                    "tcpdump on an OVS bridge's own device sees only what is addressed to the node", [])];
            case ElementKind.Patch:
                return [MirrorOfNeighbours(context, element)];
            case ElementKind.Monitor:
                return [element.IfIndex is not null
                    ? DevicePoint(element, $"{element.Name} {NameOfKind(element.Kind)}", Describe(element),
                        ["This device is a mirror's output: its packets are copies."])
                    : throw CaptureProblems.IsMonitor(element.Name)];
            case ElementKind.RemoteEnd:
                throw CaptureProblems.IsRemote(element.Name);
        }
        var port = context.PortOf(element);
        if (MirrorReason(element, port) is { } reason && port is not null)
        {
            RefuseDown(element);
            var owner = context.VifOf(element) is { } vif ? NameOf(vif) + " " : "";
            return [MirrorPoint(context, context.BridgeOf(element)!, [port],
                $"{owner}{element.OvsBridge} mirror of {port.Name}", Describe(element), reason, [])];
        }
        if (element.IfIndex is null && element.State != ElementState.Missing)
        {
            throw CaptureProblems.NoDevice(element.Name);
        }
        return [DevicePoint(element,
            context.VifOf(element) is { } of ? $"{NameOf(of)} {NameOfKind(element.Kind)}" : $"{element.Name} {NameOfKind(element.Kind)}",
            context.VifOf(element) is { } described ? DescribeVif(described) : Describe(element),
            context.VifOf(element) is { } noted ? HopNotes(noted, element.Kind) : [])];
    }

    private static IEnumerable<CapturePoint> PlanInstance(Context context, Element instance)
    {
        var vifs = context.Topology.Vifs.Where(v => v.InstanceName == instance.Name || v.InstanceId == instance.Name).ToList();
        return vifs.Count > 0 ? vifs.SelectMany(v => PlanVif(context, v)) : throw CaptureProblems.NoVif(instance.Name);
    }

    /// <summary>Why AF_PACKET does not do for this OVS port; null where it does.</summary>
    private static string? MirrorReason(Element element, OvsPort? port)
    {
        if (port is null)
        {
            return null;
        }
        var type = port.Interfaces.Select(i => i.Type).FirstOrDefault() ?? "";
        return element switch
        {
            { Namespace: { Length: > 0 } ns } => $"{element.Name} is in namespace {ns}",
            { Kind: ElementKind.VhostUser } => "a vhost-user port has no kernel device",
            { Kind: ElementKind.Tunnel } => "a tunnel port of OVS has no kernel device",
            _ when type == "internal" => "an OVS internal port",
            { IfIndex: null } when element.State != ElementState.Missing => type is "" or "system"
                ? "no kernel device is to be seen from here"
                : $"a port of type {type} has no kernel device",
            _ => null,
        };
    }

    private static CapturePoint.OfDevice DevicePoint(
        Element element, string name, string description, IReadOnlyList<string> notes)
    {
        RefuseDown(element);
        return new()
        {
            Name = name,
            Description = description.Contains(element.Name, StringComparison.Ordinal) ? description : $"{element.Name}, {description}",
            Device = element.Name,
            Namespace = element.Namespace ?? "",
            Address = element.Address,
            Notes = notes,
            Hop = new()
            {
                Number = 1,
                Kind = NameOfKind(element.Kind),
                Device = element.Name,
                Namespace = element.Namespace is { Length: > 0 } ns ? ns : null,
            },
        };
    }

    private static void RefuseDown(Element element)
    {
        switch (element.State)
        {
            case ElementState.Missing:
                throw CaptureProblems.Missing(element.Name);
            case ElementState.Down:
                throw CaptureProblems.Down(element.Name, element.Namespace);
        }
    }

    private static string Describe(Element element)
    {
        var parts = new List<string> { element.Name };
        if (element.OvsBridge is { } bridge && element.Kind != ElementKind.OvsBridge)
        {
            parts.Add($"port of {bridge}");
        }
        if (element.Namespace is { Length: > 0 } ns)
        {
            parts.Add($"namespace {ns}");
        }
        if (element.Address is { } address)
        {
            parts.Add($"MAC {address}");
        }
        if (element.Tunnel is { } tunnel)
        {
            parts.Add($"{tunnel.Type} {tunnel.Local?.ToString() ?? "any"} to {tunnel.Remote?.ToString() ?? "by flow"}");
        }
        return string.Join(", ", parts);
    }

    private static string NameOfKind(ElementKind kind) => kind switch
    {
        ElementKind.Tap => "tap",
        ElementKind.HybridBridge => "qbr",
        ElementKind.HybridVethBridgeEnd => "qvb",
        ElementKind.HybridVethOvsEnd => "qvo",
        ElementKind.LinuxBridge => "bridge",
        ElementKind.Veth => "veth",
        ElementKind.Nic => "nic",
        ElementKind.RouterPort or ElementKind.GatewayPort => "router",
        ElementKind.DhcpPort => "dhcp",
        ElementKind.Monitor => "monitor",
        _ => "device",
    };
}
