using System.Buffers.Binary;
using System.Net;
using System.Text;
using Plumbline.Neutron;
using Plumbline.Primitives;

namespace Plumbline.Operations.Labs;

public sealed partial record LabDescription
{
    /// <summary>Bits of the tenant network's and of the underlay's prefix.</summary>
    internal const int PrefixLength = 24;

    internal const int IPv6PrefixLength = 64;

    /// <summary>The most VMs that fit into the addresses given out.</summary>
    internal const int MostInstances = 64;

    private const int FirstHost = 11;
    private const int FirstSegment = 5001;

    /// <summary>The router's address outside; the one before it is the floating IP.</summary>
    private const int GatewayHost = 27;

    /// <summary>The first article's node, its two tunnels' far ends, and what they may have been called.</summary>
    private static readonly (string Name, string Address)[] _nodes =
    [
        ("compute-opt", "192.168.122.215"),
        ("network-opt", "192.168.122.210"),
        ("compute-opt2", "192.168.122.220"),
    ];

    /// <summary>The port that the first article shows as <c>qvobee51cf7-fb</c>.</summary>
    private const string ArticlePort = "bee51cf7-fb5e-4c2b-9d0a-6f1e3c8a7b01";

    /// <summary>Ends of the first article's tunnels that are no node of this lab still get their tunnel port.</summary>
    internal static IReadOnlyList<IPAddress> TunnelEnds { get; } = [.. _nodes.Select(n => IPAddress.Parse(n.Address))];

    /// <summary>The lab that these options make.</summary>
    /// <exception cref="OperationsException">An option is out of range.</exception>
    public static LabDescription Of(LabOptions options)
    {
        var nodeCount = options.Nodes ?? 1;
        if (nodeCount < 1 || nodeCount > _nodes.Length)
        {
            throw Problems.BadCount("--nodes", nodeCount, 1, _nodes.Length);
        }
        var count = options.Instances ?? (options.Routed == true ? 2 * nodeCount : nodeCount);
        var isRouted = options.Routed == true && count > 0;
        if (count is < 0 or > MostInstances)
        {
            throw Problems.BadCount("--vms", count, 0, MostInstances);
        }
        var tunnel = options.Tunnel ?? "gre";
        if (tunnel is not ("gre" or "vxlan"))
        {
            throw Problems.BadTunnel(tunnel);
        }
        var firewall = options.Firewall ?? HybridFirewall;
        if (firewall is not (HybridFirewall or NativeFirewall or NoFirewall))
        {
            throw Problems.BadFirewall(firewall);
        }
        var isIPv6 = options.IPv6 ?? false;
        var directory = Path.GetFullPath(options.Directory);
        var nodes = _nodes.Take(nodeCount).Select(n => NodeOf(directory, n.Name, n.Address)).ToList();
        var services = nodes[Math.Min(1, nodes.Count - 1)]; // as in the articles' cloud: compute-opt has VMs, network-opt the servers
        // 1500 less IPv4 (20), and GRE with a key (8) or UDP and VXLAN (16), and the inner Ethernet header (14)
        var mtu = tunnel == "gre" ? 1458 : 1450;
        var router = DeviceNames.RouterNamespace(IdOf("router", "demo-router"));
        var networks = Enumerable.Range(0, isRouted ? 2 : 1).Select(n => NetworkOf(n, mtu)).ToList();
        var instances = Enumerable.Range(0, count)
            .Select(i => InstanceOf(directory, nodes[i % nodes.Count].Name, i, networks[i / nodes.Count % networks.Count], isIPv6)).ToList();
        return new()
        {
            Directory = directory,
            Tunnel = tunnel,
            Firewall = firewall,
            L2Population = options.L2Population ?? false,
            IPv6 = isIPv6,
            NetworkId = networks[0].Id,
            SegmentationId = networks[0].SegmentationId,
            Mtu = mtu,
            Nodes = nodes,
            Networks = networks,
            Instances = instances,
            RouterPorts = [.. networks.Select(n => ServerOf(services, router, "router-port", n, 1, DeviceNames.RouterPort, isIPv6))],
            DhcpServers = [.. networks.Select(n => ServerOf(services, DeviceNames.DhcpNamespace(n.Id), "dhcp-port", n, 2, DeviceNames.Tap, isIPv6))],
            Gateway = isRouted ? GatewayOf(directory, services, router, instances[0]) : null,
        };
    }

    private static LabNetwork NetworkOf(int index, int mtu) => new()
    {
        Name = index == 0 ? "demo-net" : "demo-net2",
        Id = IdOf("network", index == 0 ? "demo-net" : "demo-net2"),
        SegmentationId = FirstSegment + index,
        LocalVlan = 1 + index,
        Subnet = new(new([172, 16, (byte)index, 0]), PrefixLength),
        IPv6Prefix = new([0xfd, 0x00, 0x01, 0x72, 0x00, 0x16, 0, (byte)index, 0, 0, 0, 0, 0, 0, 0, 0]),
        Mtu = mtu,
    };

    private static LabGateway GatewayOf(string directory, LabNode node, string router, LabInstance floating)
    {
        var network = new LabNetwork
        {
            Name = "public",
            Id = IdOf("network", "public"),
            SegmentationId = 0,
            LocalVlan = 3,
            Subnet = new(new([203, 0, 113, 0]), PrefixLength),
            PhysicalNetwork = "external",
            Mtu = 1500,
        };
        return new()
        {
            Port = ServerOf(node, router, "gateway-port", network, GatewayHost, DeviceNames.GatewayPort, isIPv6: false),
            FloatingAddress = network.AddressOf(GatewayHost - 1),
            FloatingTo = floating,
            Host = network.AddressOf(1),
            HostNamespaceFile = $"{directory}/namespaces/outside",
        };
    }

    private static LabNode NodeOf(string directory, string name, string address)
    {
        var own = $"{directory}/{name}";
        return new()
        {
            Name = name,
            Address = IPAddress.Parse(address),
            Directory = own,
            Access = new()
            {
                Name = name,
                NamespaceFile = $"{directory}/namespaces/{name}",
                NamespaceDirectory = $"{own}/netns",
                OvsRunDirectory = $"{own}/openvswitch",
                LibvirtDirectories = [$"{own}/libvirt/qemu"],
                StateDirectory = $"{own}/state",
                LastingDirectory = $"{own}/state",
                IsLab = true,
            },
        };
    }

    private static LabInstance InstanceOf(string directory, string node, int index, LabNetwork network, bool isIPv6)
    {
        var name = index == 0 ? "test-vm" : $"vm-{index + 1}";
        var portId = index == 0 ? ArticlePort : IdOf("port", name);
        return new()
        {
            Name = name,
            DomainName = $"instance-{index + 1:x8}",
            Id = IdOf("instance", name),
            Node = node,
            PortId = portId,
            Mac = MacOf(FirstHost + index),
            Address = network.AddressOf(FirstHost + index),
            IPv6Address = isIPv6 ? SlaacOf(MacOf(FirstHost + index), network) : null,
            Network = network,
            Tap = DeviceNames.Tap(portId),
            NamespaceFile = $"{directory}/guests/{name}",
            LeaseFile = $"{directory}/leases/{name}",
        };
    }

    private static LabServer ServerOf(
        LabNode node, string name, string port, LabNetwork network, int host, Func<string, string> device, bool isIPv6)
    {
        // the first network's are as they were before there was a second
        var portId = IdOf("port", network.LocalVlan == 1 ? port : $"{port} {network.Name}");
        var mac = MacOf((network.LocalVlan - 1) * 256 + host);
        return new()
        {
            Node = node.Name,
            Namespace = name,
            NamespaceFile = $"{node.Access.NamespaceDirectory}/{name}",
            PortId = portId,
            Device = device(portId),
            Mac = mac,
            Address = network.AddressOf(host),
            IPv6Address = isIPv6 ? SlaacOf(mac, network) : null,
            Network = network,
        };
    }

    /// <summary>The address in the network's prefix that stateless autoconfiguration makes of a MAC (RFC 4862 §5.5.3).</summary>
    private static IPAddress SlaacOf(MacAddress mac, LabNetwork network)
    {
        var octets = LinkLocalAddress.Of(mac).GetAddressBytes();
        network.IPv6Prefix!.GetAddressBytes().AsSpan(0, 8).CopyTo(octets);
        return new(octets);
    }

    /// <summary>Neutron's prefix, and the host's number.</summary>
    private static MacAddress MacOf(int host) => new(0xFA16_3E10_0000UL | (uint)host);

    /// <summary>A UUID of version 8 (RFC 9562 §5.8) made of a hash, so that a name has the same UUID everywhere.</summary>
    private static string IdOf(string kind, string name)
    {
        var text = Encoding.UTF8.GetBytes($"plumbline lab {kind} {name}");
        Span<byte> hash = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(hash, Fnv1a(text, 0xCBF2_9CE4_8422_2325));
        BinaryPrimitives.WriteUInt64BigEndian(hash[8..], Fnv1a(text, 0x9E37_79B9_7F4A_7C15));
        hash[6] = (byte)(hash[6] & 0x0F | 0x80);
        hash[8] = (byte)(hash[8] & 0x3F | 0x80);
        return new Guid(hash, bigEndian: true).ToString();
    }

    /// <summary>FNV-1a, 64 bits (draft-eastlake-fnv): only names of one lab must not meet, and every <c>--lab</c> works them out anew.</summary>
    private static ulong Fnv1a(ReadOnlySpan<byte> text, ulong hash)
    {
        foreach (var octet in text)
        {
            hash = (hash ^ octet) * 0x100_0000_01B3;
        }
        return hash;
    }
}
