using Plumbline.Linux;
using Plumbline.Linux.Devices;
using Plumbline.Linux.Netlink;

namespace Plumbline.Operations.Labs;

/// <summary>
/// The network between the nodes: a namespace with a Linux bridge, a veth pair to each node's <c>eth0</c>. A node alone has its
/// address on eth0, as in the article; of several, each has it on br-phy (see <see cref="LabNodeBuilder"/>).
/// </summary>
internal static class LabUnderlay
{
    /// <summary>The bridge's name in the underlay's namespace.</summary>
    public const string Bridge = "switch";

    /// <summary>A node's NIC.</summary>
    public const string Nic = "eth0";

    /// <summary>A host on the router's network outside.</summary>
    private static void CreateOutside(LabGateway gateway, NetworkNamespace node)
    {
        using var outside = NetworkNamespace.Create(gateway.HostNamespaceFile);
        using var netlink = RouteNetlink.Open(outside);
        var device = netlink.CreateLink(new()
        {
            Name = LabGateway.HostDevice,
            Kind = "veth",
            Up = true,
            NoIpv6LinkLocal = true,
            Peer = new() { Name = LabGateway.Nic, Kind = "veth", Namespace = node, Up = true, NoIpv6LinkLocal = true },
        });
        netlink.AddAddress(device.IfIndex, gateway.Host, LabDescription.PrefixLength);
        // Open vSwitch reads frames from the other end as they are, without anybody filling in what a NIC would
        TransmitChecksums.FillIn(outside, LabGateway.HostDevice);
    }

    public static void Create(LabDescription lab)
    {
        using var underlay = NetworkNamespace.Create(lab.UnderlayNamespaceFile);
        using var netlink = RouteNetlink.Open(underlay);
        var bridge = netlink.CreateLink(new()
        {
            Name = Bridge,
            Kind = "bridge",
            Bridge = new() { SpanningTree = false, ForwardDelaySeconds = 0, MulticastSnooping = false },
            NoIpv6LinkLocal = true,
            Up = true,
        });
        foreach (var node in lab.Nodes)
        {
            Directory.CreateDirectory(node.Access.NamespaceDirectory);
            Directory.CreateDirectory(node.Access.OvsRunDirectory);
            Directory.CreateDirectory(node.Access.LibvirtDirectories[0]);
            using var own = NetworkNamespace.Create(node.Access.NamespaceFile!);
            // the tunnel's outer packets are larger than the tenant network's MTU, and fit into 1500
            var port = netlink.CreateLink(new()
            {
                Name = $"to-{node.Address.ToString().Split('.')[^1]}",
                Kind = "veth",
                NoIpv6LinkLocal = true,
                Up = true,
                Peer = new() { Name = Nic, Kind = "veth", Namespace = own, Up = true, NoIpv6LinkLocal = true },
            });
            netlink.ChangeLink(port.IfIndex, new() { MasterIndex = bridge.IfIndex });
            if (lab.Gateway is { } gateway && gateway.Port.Node == node.Name)
            {
                CreateOutside(gateway, own);
            }
        }
    }
}
