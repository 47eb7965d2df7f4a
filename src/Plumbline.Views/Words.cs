using System.Diagnostics;
using System.Globalization;
using Plumbline.Neutron;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;
using Plumbline.Views.Text;

namespace Plumbline.Views;

/// <summary>What things are called in front of an operator.</summary>
public static class Words
{
    /// <summary>An element's kind.</summary>
    public static string Of(ElementKind kind) => kind switch
    {
        ElementKind.Instance => "instance",
        ElementKind.Tap => "tap",
        ElementKind.VhostUser => "vhost-user port",
        ElementKind.HybridBridge => "Linux bridge of one port",
        ElementKind.LinuxBridge => "Linux bridge",
        ElementKind.HybridVethBridgeEnd => "veth end in qbr",
        ElementKind.HybridVethOvsEnd => "veth end in OVS",
        ElementKind.Veth => "veth",
        ElementKind.OvsBridge => "OVS bridge",
        ElementKind.Patch => "patch port",
        ElementKind.Tunnel => "tunnel port",
        ElementKind.RemoteEnd => "remote end",
        ElementKind.DhcpPort => "DHCP port",
        ElementKind.RouterPort => "router port",
        ElementKind.GatewayPort => "gateway port",
        ElementKind.OvsInternal => "OVS internal port",
        ElementKind.Nic => "NIC",
        ElementKind.Stacked => "stacked device",
        ElementKind.Monitor => "monitor",
        ElementKind.Loopback => "loopback",
        ElementKind.Other => "other device",
        _ => throw new UnreachableException($"{kind}"),
    };

    /// <summary>A state.</summary>
    public static string Of(ElementState state) => state switch
    {
        ElementState.Unknown => "unknown",
        ElementState.Up => "up",
        ElementState.Down => "down",
        ElementState.Missing => "missing",
        _ => throw new UnreachableException($"{state}"),
    };

    /// <summary>Whose a VIF is.</summary>
    public static string Of(VifOwner owner) => owner switch
    {
        VifOwner.Instance => "instance",
        VifOwner.Dhcp => "DHCP",
        VifOwner.Router => "router",
        VifOwner.Gateway => "gateway",
        VifOwner.Service => "service",
        _ => throw new UnreachableException($"{owner}"),
    };

    /// <summary>How a VIF is plugged.</summary>
    public static string Of(VifPlug plug) => plug switch
    {
        VifPlug.Hybrid => "hybrid",
        VifPlug.Ovs => "ovs",
        VifPlug.LinuxBridge => "linux-bridge",
        VifPlug.VhostUser => "vhost-user",
        VifPlug.Namespace => "namespace",
        _ => throw new UnreachableException($"{plug}"),
    };

    /// <summary>How asking a source went.</summary>
    public static string Of(SourceOutcome outcome) => outcome switch
    {
        SourceOutcome.Read => "read",
        SourceOutcome.Partial => "read in part",
        SourceOutcome.Absent => "absent",
        SourceOutcome.Forbidden => "forbidden",
        SourceOutcome.Failed => "failed",
        _ => throw new UnreachableException($"{outcome}"),
    };

    /// <summary>A VIF's owner by name as far as it is known: the instance's name, else its UUID, else its port's; what it is.</summary>
    public static string NameOf(Vif vif) => vif.Owner == VifOwner.Instance
        ? vif.InstanceName ?? vif.InstanceId ?? (vif.PortId is { } port ? $"port {port}" : "instance ?")
        : Of(vif.Owner);

    /// <summary>A segment as an operator says it: <c>vxlan 1001</c>, <c>VLAN 105 on physnet1</c>; null where not told.</summary>
    public static string? SegmentOf(Network network)
    {
        var type = network.Type == "vlan" ? "VLAN" : network.Type;
        if (type is null && network.SegmentationId is null)
        {
            return null;
        }
        var segment = network.SegmentationId is { } id ? $"{type ?? "segment"} {Text(id)}" : type;
        return network.PhysicalNetwork is { } physical && physical != "None" ? $"{segment} on {physical}" : segment;
    }

    /// <summary>A network by its name, if told, and UUID: <c>network blue (3b48…)</c>; null where nothing tells which it is.</summary>
    public static string? NetworkOf(Network network) => (network.Name, network.Id) switch
    {
        (_, null) => null,
        (null, var id) => $"network {id}",
        (var name, var id) => $"network {name} ({id})",
    };

    /// <summary>What Neutron calls the router or network of a namespace: <c>router r-demo</c>; null where not told.</summary>
    public static string? OwnerOf(NodeSnapshot snapshot, string home) =>
        DeviceNames.NamespaceId(home) is { } id && snapshot.Names?.GetValueOrDefault(id) is { } name
            ? $"{(DeviceNames.DhcpNetworkId(home) is null ? "router" : "network")} {name}" : null;

    /// <summary>Neutron's dead VLAN.</summary>
    public const int DeadVlan = 4095;

    /// <summary>An address that says nothing to an operator at first glance: link-local, as a metadata proxy's 169.254.169.254.</summary>
    public static bool IsLinkLocal(string address) =>
        address.StartsWith("fe80:", StringComparison.OrdinalIgnoreCase) || address.StartsWith("169.254.", StringComparison.Ordinal);

    /// <summary>Addresses in one text, without prefix lengths and link-local ones.</summary>
    public static string AddressesOf(IReadOnlyList<string> addresses) =>
        string.Join(", ", addresses.Where(address => !IsLinkLocal(address)).Select(WithoutPrefix));

    /// <summary>Addresses in one text with prefix lengths, without link-local ones.</summary>
    public static string PrefixesOf(IReadOnlyList<string> addresses) =>
        string.Join(", ", addresses.Where(address => !IsLinkLocal(address)));

    /// <summary>A number.</summary>
    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A count with its noun: <c>1 port</c>, <c>2 ports</c>.</summary>
    public static string Count(int count, string noun) => $"{Text(count)} {noun}{(count == 1 ? "" : "s")}";

    /// <summary>A moment in UTC to the second.</summary>
    public static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>Appends what is not as it should be: down, missing.</summary>
    internal static StyledText AddState(StyledText name, Element element) => element switch
    {
        { State: ElementState.Missing } => name.Add(" (MISSING)", Shade.Bad),
        // these are down on healthy nodes: nobody uses them as devices
        { State: ElementState.Down, Kind: ElementKind.Other or ElementKind.OvsInternal or ElementKind.OvsBridge } =>
            name.Add(" (down)", Shade.Faint),
        { State: ElementState.Down } => name.Add(" (DOWN)", Shade.Bad),
        _ => name,
    };

    private static string WithoutPrefix(string address)
    {
        var slash = address.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? address : address[..slash];
    }
}
