using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;

namespace Plumbline.Diagnosis.Tests.Capturing;

/// <summary>The first article's compute node, made by hand, with a router's and a vhost-user port, as the planner's tests want it.</summary>
internal static class ComputeNode
{
    public const string RouterNamespace = "qrouter-5f7c1d5e-2a0c-4bb3-8d52-000000000001";

    public static Topology Topology(Func<NodeSnapshot, NodeSnapshot>? change = null) =>
        Node.Topologies.Topology.Build((change ?? (s => s))(Snapshot()));

    /// <summary>The same with something changed in the OVS facts.</summary>
    public static Topology WithOvs(Func<OvsFacts, OvsFacts> change) => Topology(s => s with { Ovs = change(s.Ovs!) });

    public static OvsFacts Replace(this OvsFacts ovs, string bridge, Func<OvsBridge, OvsBridge> change) =>
        ovs with { Bridges = [.. ovs.Bridges.Select(b => b.Name == bridge ? change(b) : b)] };

    public static Guid Id(int number) => new(number, 0, 0, new byte[8]);

    private static NodeSnapshot Snapshot() => new()
    {
        Host = "compute-opt",
        Namespaces =
        [
            new()
            {
                Name = "",
                Inode = 1,
                Links =
                [
                    Link(2, "eth0", null),
                    Link(3, "tapbee51cf7-fb", "tun", master: 4) with { Data = new LinkData.Tun { IsTap = true } },
                    Link(4, "qbrbee51cf7-fb", "bridge"),
                    Link(5, "qvbbee51cf7-fb", "veth", master: 4) with { LinkIndex = 6 },
                    Link(6, "qvobee51cf7-fb", "veth") with { LinkIndex = 5 },
                    Link(7, "tap0badcafe-00", "tun") with { Data = new LinkData.Tun { IsTap = true }, Flags = 0, OperationalState = OperationalState.Down },
                ],
                Addresses = [new() { IfIndex = 2, Address = System.Net.IPAddress.Parse("192.168.122.215"), PrefixLength = 24 }],
            },
            new() { Name = RouterNamespace, Inode = 2, Links = [Link(9, "qr-0a1b2c3d-4e", "tun")] },
        ],
        Ovs = new()
        {
            Version = "3.1.0",
            Bridges =
            [
                Bridge(1, "br-int",
                [
                    Port(11, "br-int", "internal"),
                    Port(12, "patch-tun", "patch", ("peer", "patch-int")),
                    Port(13, "qvobee51cf7-fb", "", ids:
                        [("iface-id", "bee51cf7-fb12-4c5e-9a77-0123456789ab"), ("attached-mac", "fa:16:3e:c3:ea:d5")]) with
                    {
                        Tag = 1,
                        OtherConfig = Map(("net_uuid", "93a1bb46-0000-4000-8000-000000000001"), ("network_type", "gre"), ("segmentation_id", "1001")),
                    },
                    Port(14, "qr-0a1b2c3d-4e", "internal", ids: [("iface-id", "0a1b2c3d-4e00-4000-8000-000000000001")]) with { Tag = 1 },
                    Port(15, "vhu11112222-33", "dpdkvhostuserclient", ids:
                        [("iface-id", "11112222-3300-4000-8000-000000000001"), ("attached-mac", "fa:16:3e:00:00:33")]) with { Tag = 2 },
                ]),
                Bridge(2, "br-tun",
                [
                    Port(21, "br-tun", "internal"),
                    Port(22, "patch-int", "patch", ("peer", "patch-tun")),
                    Port(23, "gre-c0a87adc", "gre", ("local_ip", "192.168.122.215"), ("remote_ip", "192.168.122.220")),
                    Port(24, "gre-c0a87ad2", "gre", ("local_ip", "192.168.122.215"), ("remote_ip", "192.168.122.210")),
                ]),
            ],
        },
        Domains =
        [
            new()
            {
                Name = "instance-00000001", DisplayName = "test-vm", IsRunning = true,
                Uuid = Guid.Parse("6c1f3a52-1111-4222-8333-444455556666"),
                Interfaces = [new() { Type = "bridge", Target = "tapbee51cf7-fb", Source = "qbrbee51cf7-fb", Address = MacAddress.Parse("fa:16:3e:c3:ea:d5") }],
            },
        ],
    };

    private static Link Link(int index, string name, string? kind, int? master = null) => new()
    {
        IfIndex = index,
        Name = name,
        Kind = kind,
        MasterIndex = master,
        HardwareType = 1,
        Mtu = 1500,
        Flags = LinkFlags.Up | LinkFlags.Running | LinkFlags.LowerUp,
        OperationalState = OperationalState.Up,
    };

    private static OvsBridge Bridge(int id, string name, IReadOnlyList<OvsPort> ports) =>
        new() { Uuid = Id(id), Name = name, Ports = ports, FailMode = "secure" };

    private static OvsPort Port(int id, string name, string type, params (string, string)[] options) => Port(id, name, type, [], options);

    private static OvsPort Port(int id, string name, string type, (string, string)[] ids, params (string, string)[] options) => new()
    {
        Uuid = Id(id),
        Name = name,
        Interfaces =
        [
            new()
            {
                Uuid = Id(id + 100), Name = name, Type = type, OfPort = id, Options = Map(options), ExternalIds = Map(ids),
                Mtu = type is "gre" or "patch" ? null : 1500, AdminState = "up", LinkState = "up",
            },
        ],
    };

    private static Dictionary<string, string> Map(params (string Key, string Value)[] pairs) => pairs.ToDictionary(p => p.Key, p => p.Value);
}
