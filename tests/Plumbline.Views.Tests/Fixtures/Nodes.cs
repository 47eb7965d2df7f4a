using System.Globalization;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;

namespace Plumbline.Views.Tests.Fixtures;

/// <summary>Nodes to draw.</summary>
internal static class Nodes
{
    private const string Router = "qrouter-9fa1a50a-ab7f-4962-9d4b-eb177ee4a2e3";

    /// <summary>The first article's node (2015): one VM, hybrid plug, two GRE tunnels.</summary>
    public static Topology Article()
    {
        var node = new NodeBuilder { Host = "compute-opt", Kernel = "3.10.0-327.el7.x86_64", OvsVersion = "2.4.0" };
        node.Sources.Add(new() { Source = "ovsdb", Where = "unix:/run/openvswitch/db.sock", Outcome = SourceOutcome.Read });
        var network = node.AddNetwork(new(1, null, null, null, null));
        node.AddBridge("br-int", isConnected: null);
        node.AddBridge("br-tun", isConnected: null);
        node.AddHybrid("test-vm", "bee51cf7-fb2c-4d5e-9a30-1f2e3d4c5b6a", "fa:16:3e:c3:ea:d5", network, ["172.16.0.10"], 1458);
        node.AddPatch("br-int", "patch-tun", "br-tun", "patch-int");
        node.AddTunnel("gre", "192.168.122.215", "192.168.122.210");
        node.AddTunnel("gre", "192.168.122.215", "192.168.122.220");
        return node.Build();
    }

    /// <summary>Three VMs, two networks, router and DHCP, a provider bridge, and things that are odd or broken.</summary>
    public static Topology Full()
    {
        var node = new NodeBuilder();
        node.Sources.AddRange([
            new() { Source = "links", Where = "rtnetlink", Outcome = SourceOutcome.Read },
            new()
            {
                Source = "libvirt", Where = "/run/libvirt/qemu", Outcome = SourceOutcome.Forbidden,
                Detail = "/run/libvirt/qemu: Permission denied",
                Consequence = "names of instances come from Open vSwitch alone; run with sudo",
            },
            new() { Source = "ipset", Where = "ipset save", Outcome = SourceOutcome.Absent, Detail = "ipset: not installed" },
        ]);
        var demo = node.AddNetwork(new(1, "3f2c09f6-7a14-4e0b-9c71-52a3b6d0e8f1", "vxlan", null, 1001));
        var office = node.AddNetwork(new(2, "c7417143-c095-4605-805f-1d1b53e14ea2", "vlan", "physnet1", 105));
        node.AddBridge("br-int");
        node.AddBridge("br-prov", isConnected: false);
        node.AddBridge("br-tun");
        node.AddHybrid("web-1", "bee51cf7-fb2c-4d5e-9a30-1f2e3d4c5b6a", "fa:16:3e:c3:ea:d5", demo, ["172.16.0.10"]);
        node.AddHybrid("web-2", "7f6c1c2e-4b1a-4c6d-8e2f-0a1b2c3d4e5f", "fa:16:3e:11:22:33", demo, ["172.16.0.11"], 1450,
            ElementState.Missing, null, "no such device, but br-int has a port of that name");
        node.AddHybrid("база-данных", "91e6a7b0-12cd-4ef0-a1b2-334455667788", "fa:16:3e:44:55:66", office,
            ["10.20.5.7", "2001:db8:5::7"], 1500);
        node.AddHybrid("база-данных", "d00d1e00-9999-4ef0-a1b2-334455667788", "fa:16:3e:44:55:67", demo, ["172.16.0.12"], 1450,
            ElementState.Down, Words.DeadVlan, "dead VLAN 4095: the agent has not bound this port");
        node.AddNamespaced(VifOwner.Dhcp, "qdhcp-3f2c09f6-7a14-4e0b-9c71-52a3b6d0e8f1",
            "0d9c8b7a-6f5e-4d3c-b2a1-908070605040", "fa:16:3e:aa:00:02", demo, "172.16.0.2/24");
        node.AddNamespaced(VifOwner.Router, Router, "11223344-5566-4788-99aa-bbccddeeff00", "fa:16:3e:aa:00:01", demo, "172.16.0.1/24");
        node.AddNamespaced(VifOwner.Gateway, Router, "a1b2c3d4-e5f6-4711-8899-aabbccddeeff", "fa:16:3e:aa:00:05", office,
            "10.20.5.1/24", "10.20.5.20/32");
        node.AddDevice("lo", ElementKind.Loopback, Router, ElementState.Up, "127.0.0.1/8");
        node.AddPatch("br-int", "patch-tun", "br-tun", "patch-int");
        node.AddPatch("br-int", "int-br-prov", "br-prov", "phy-br-prov");
        node.AddTunnel("vxlan", "10.0.1.30", "10.0.1.31");
        node.AddTunnel("vxlan", "10.0.1.30", "10.0.1.32");
        node.AddTunnel("gre", "10.0.1.30", "10.0.1.32");
        node.AddPort("br-prov", new()
        {
            Id = NodeBuilder.Link("eth2"),
            Kind = ElementKind.Nic,
            Name = "eth2",
            Namespace = "",
            State = ElementState.Up,
            Mtu = 1500,
            OfPort = 2,
            IfIndex = 4,
        });
        node.AddPort("br-int", new()
        {
            Id = NodeBuilder.Link("br-int-tcpdump"),
            Kind = ElementKind.Monitor,
            Name = "br-int-tcpdump",
            Namespace = "",
            State = ElementState.Up,
            OfPort = 17,
            Note = "output of mirror mirrortest, not ours",
        });
        node.AddPort("br-int", new()
        {
            Id = NodeBuilder.Link("vethx"),
            Kind = ElementKind.Veth,
            Name = "vethx",
            Namespace = "",
            State = ElementState.Up,
            Vlan = 2,
            OfPort = 19,
        });
        node.AddDevice("eth0", ElementKind.Veth, "probe", ElementState.Up, "10.20.5.99/24");
        node.Join(ConnectionKind.VethPair, NodeBuilder.Link("vethx"), NodeBuilder.Link("eth0", "probe"));
        node.AddDevice("docker0", ElementKind.LinuxBridge, "", ElementState.Down, "172.17.0.1/16");
        node.AddDevice("lo", ElementKind.Loopback, "", ElementState.Up, "127.0.0.1/8");
        node.AddDevice("eth0", ElementKind.Nic, "", ElementState.Up, "192.0.2.30/24", "fe80::1/64");
        node.AddDevice("eth1", ElementKind.Nic, "", ElementState.Down);
        node.AddDevice("eth1.200", ElementKind.Stacked, "", ElementState.Down, "10.0.1.30/24");
        node.Join(ConnectionKind.Above, NodeBuilder.Link("eth1.200"), NodeBuilder.Link("eth1"));
        node.AddDevice("ovs-system", ElementKind.Other, "", ElementState.Down);
        node.Mirrors.Add(new() { Name = "mirrortest", SelectAll = true, OutputPort = NodeBuilder.PortUuid("br-int-tcpdump") });
        node.Mirrors.Add(new()
        {
            Name = "taas",
            SelectSourcePorts = [NodeBuilder.PortUuid("patch-tun")],
            SelectDestinationPorts = [NodeBuilder.PortUuid("patch-tun")],
            SelectVlans = [2],
            OutputVlan = 300,
        });
        return node.Build();
    }

    /// <summary>Linux bridges alone, as a libvirt host without Open vSwitch has them.</summary>
    public static Topology LinuxBridges()
    {
        var node = new NodeBuilder { Host = "kvm-1", OvsVersion = "3.1.0" };
        node.Sources.Add(new()
        {
            Source = "ovsdb",
            Where = "unix:/run/openvswitch/db.sock",
            Outcome = SourceOutcome.Absent,
            Detail = "no ovsdb-server at unix:/run/openvswitch/db.sock: No such file or directory",
        });
        node.AddDevice("virbr0", ElementKind.LinuxBridge, "", ElementState.Up, "192.168.122.1/24");
        foreach (var (name, tap) in new[] { ("alpha", "vnet0"), ("beta", "vnet1") })
        {
            node.Add(new() { Id = $"instance:{name}", Kind = ElementKind.Instance, Name = name, State = ElementState.Up });
            node.AddDevice(tap, ElementKind.Tap);
            node.Join(ConnectionKind.InstanceNic, $"instance:{name}", NodeBuilder.Link(tap));
            node.Join(ConnectionKind.LinuxBridgeMember, NodeBuilder.Link(tap), NodeBuilder.Link("virbr0"));
            node.AddVif(new()
            {
                Owner = VifOwner.Instance,
                Plug = VifPlug.LinuxBridge,
                InstanceName = name,
                Instance = $"instance:{name}",
                Device = NodeBuilder.Link(tap),
                State = ElementState.Up,
            });
        }
        node.AddDevice("eth0", ElementKind.Nic, "", ElementState.Up, "192.0.2.30/24");
        var topology = node.Build();
        return topology with { Snapshot = topology.Snapshot with { Ovs = null } };
    }

    /// <summary>The same node with one instance whose qvo is down, and one without its VLAN.</summary>
    public static Topology Odd(Topology topology)
    {
        var (down, untagged) = (topology.Vifs[^1], topology.Vifs[^2]);
        return topology with
        {
            Elements = [.. topology.Elements.Select(element => element.Id == down.OvsEnd ? element with { State = ElementState.Down }
                : element.Id == untagged.OvsEnd ? element with { Vlan = null } : element)],
            Vifs = [.. topology.Vifs.Select(vif => vif == down ? vif with { State = ElementState.Down }
                : vif == untagged ? vif with { LocalVlan = null, Network = null } : vif)],
        };
    }

    /// <summary>A node with as many VMs as asked for on five networks, and six tunnels.</summary>
    public static Topology Many(int instances)
    {
        var node = new NodeBuilder { Host = "compute-big" };
        node.AddBridge("br-int");
        node.AddBridge("br-tun");
        var networks = Enumerable.Range(1, 5)
            .Select(i => node.AddNetwork(new(i, $"{i:d8}-7a14-4e0b-9c71-52a3b6d0e8f1", "vxlan", null, 1000 + i))).ToList();
        for (var i = 0; i < instances; i++)
        {
            node.AddHybrid(Name(i), $"{i * 7919 + 0x10000000:x8}-{i % 97 + 0xa00:x4}-4e0b-9c71-52a3b6d0e8f1",
                $"fa:16:3e:{i >> 8:x2}:{i & 255:x2}:01", networks[i * 3 % 5], [$"10.{i % 5}.{i >> 8}.{i & 255}"]);
        }
        node.AddPatch("br-int", "patch-tun", "br-tun", "patch-int");
        for (var i = 0; i < 6; i++)
        {
            node.AddTunnel("vxlan", "10.0.1.30", string.Create(CultureInfo.InvariantCulture, $"10.0.1.{31 + i}"));
        }
        return node.Build();

        static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"vm-{i:d3}");
    }
}
