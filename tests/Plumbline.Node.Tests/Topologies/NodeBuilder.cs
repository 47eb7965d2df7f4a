using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;
using Plumbline.Primitives;

namespace Plumbline.Node.Tests.Topologies;

/// <summary>Facts of small made-up nodes, written as one would draw them.</summary>
internal static class NodeBuilder
{
    public const LinkFlags Up = LinkFlags.Up | LinkFlags.LowerUp | LinkFlags.Running;

    public const string PortA = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
    public const string VmA = "a0a0a0a0-0000-4000-8000-000000000001";
    public const string MacA = "fa:16:3e:aa:aa:aa";
    public const string NetA = "11111111-1111-4111-8111-111111111111";

    public static Link Loopback { get; } =
        new() { IfIndex = 1, Name = "lo", HardwareType = 772, Flags = Up | LinkFlags.Loopback, OperationalState = OperationalState.Unknown };

    public static Link Link(int index, string name, string? kind, int? master = null, int? peer = null, LinkFlags flags = Up, int mtu = 1500) => new()
    {
        IfIndex = index,
        Name = name,
        Kind = kind,
        HardwareType = 1,
        Flags = flags,
        OperationalState = !flags.HasFlag(LinkFlags.LowerUp) ? OperationalState.Down
            : kind == "tun" ? OperationalState.Unknown : OperationalState.Up,
        Mtu = mtu,
        MasterIndex = master,
        LinkIndex = peer,
        Data = kind == "tun" ? new LinkData.Tun { IsTap = true } : null,
        Address = new MacAddress(0x020000000000UL + (ulong)index),
    };

    public static NamespaceFacts Root(params Link[] links) => new() { Name = "", Inode = 1, Links = [Loopback, .. links] };

    public static NodeSnapshot NodeOf(NamespaceFacts[] namespaces, params OvsBridge[] bridges) =>
        new() { Namespaces = namespaces, Ovs = bridges.Length == 0 ? null : new() { Bridges = bridges } };

    public static OvsBridge Bridge(string name, params OvsPort[] ports) =>
        new() { Name = name, Ports = [Port(name, "internal") with { Interfaces = [Row(name, "internal") with { OfPort = 65534 }] }, .. ports] };

    public static OvsPort Port(string name, string type = "", int? tag = null, OvsInterface? row = null) =>
        new() { Name = name, Tag = tag, Interfaces = [row ?? Row(name, type)] };

    public static OvsInterface Row(string name, string type = "") => new() { Name = name, Type = type, OfPort = 5 };

    public static OvsPort Patch(string name, string peer) =>
        Port(name, row: Row(name, "patch") with { Options = Map(("peer", peer)) });

    public static OvsPort Tunnel(string name, string type, string remote) =>
        Port(name, row: Row(name, type) with { Options = Map(("remote_ip", remote), ("local_ip", "10.0.0.1"), ("in_key", "flow"), ("out_key", "flow")) });

    /// <summary>A VM's port as os-vif and the agent leave it.</summary>
    public static OvsPort Bound(string name, string port, string mac, string? vm, int? tag = 1, string type = "") =>
        Port(name, type, tag, Row(name, type) with
        {
            ExternalIds = vm is null ? Map(("iface-id", port), ("attached-mac", mac))
                : Map(("iface-id", port), ("attached-mac", mac), ("vm-uuid", vm)),
        }) with
        {
            OtherConfig = Map(("net_uuid", NetA), ("network_type", "vxlan"), ("physical_network", "None"), ("segmentation_id", "5001")),
        };

    public static IReadOnlyDictionary<string, string> Map(params (string Key, string Value)[] pairs) =>
        pairs.ToDictionary(p => p.Key, p => p.Value);

    /// <summary>The four devices of PortA, hybrid.</summary>
    public static Link[] HybridLinks(string id = "aaaaaaaa-aa", int first = 10) =>
    [
        Link(first, "qbr" + id, "bridge"),
        Link(first + 1, "qvb" + id, "veth", master: first, peer: first + 2),
        Link(first + 2, "qvo" + id, "veth", peer: first + 1),
        Link(first + 3, "tap" + id, "tun", master: first),
    ];

    public static Domain Vm(string name, string uuid, string? tap, string? mac = null, bool? isRunning = true) => new()
    {
        Name = "instance-" + name,
        DisplayName = name,
        Uuid = Guid.Parse(uuid),
        IsRunning = isRunning,
        Interfaces = tap is null ? []
            : [new() { Type = "bridge", Target = tap, Address = mac is null ? null : MacAddress.Parse(mac) }],
    };

    /// <summary>br-int with PortA, a patch to br-tun, two GRE and two VXLAN tunnels, and br-ex with eth1.</summary>
    public static NodeSnapshot Compute() => NodeOf(
        [Root([Link(2, "eth1", null), .. HybridLinks()])],
        Bridge("br-int", Bound("qvoaaaaaaaa-aa", PortA, MacA, VmA), Patch("patch-tun", "patch-int"), Patch("int-br-ex", "phy-br-ex")),
        Bridge("br-tun", Patch("patch-int", "patch-tun"), Tunnel("gre-0a000002", "gre", "10.0.0.2"), Tunnel("gre-0a000003", "gre", "10.0.0.3"),
            Tunnel("vxlan-0a000002", "vxlan", "10.0.0.2"), Tunnel("vxlan-0a000003", "vxlan", "10.0.0.3")),
        Bridge("br-ex", Patch("phy-br-ex", "int-br-ex"), Port("eth1")));
}
