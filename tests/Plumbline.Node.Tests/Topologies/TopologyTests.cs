using System.Net;
using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;
using Plumbline.Primitives;
using static Plumbline.Node.Tests.Topologies.NodeBuilder;

namespace Plumbline.Node.Tests.Topologies;

public class TopologyTests
{
    [Fact]
    public void Hybrid_port_is_followed_from_the_vm_to_the_far_ends_of_its_networks_tunnels()
    {
        var topology = Topology.Build(Compute() with { Domains = [Vm("web1", VmA, "tapaaaaaaaa-aa", MacA)] });
        var vif = Assert.Single(topology.Vifs);
        Assert.Equal(("web1", VmA, PortA, MacA), (vif.InstanceName, vif.InstanceId, vif.PortId, vif.Address.ToString()));
        Assert.Equal(ElementState.Up, vif.State);
        Assert.Empty(vif.Troubles);
        Assert.Equal(
        [
            "web1", "tapaaaaaaaa-aa", "qbraaaaaaaa-aa", "qvbaaaaaaaa-aa", "qvoaaaaaaaa-aa", "br-int", "patch-tun", "patch-int", "br-tun",
            "vxlan-0a000002", "10.0.0.2", "vxlan-0a000003", "10.0.0.3",
        ], topology.ChainOf(vif).Select(e => e.Name));
        Assert.Equal(PortA, topology.Find("link:/qbraaaaaaaa-aa")!.NeutronPort);
        Assert.Equal([vif], topology.VifsOf("instance:web1"));
        Assert.Equal(new Network(1, NetA, "vxlan", null, 5001), Assert.Single(topology.Networks));
    }

    [Fact]
    public void Connections_lead_from_the_instance_outwards()
    {
        var topology = Topology.Build(Compute() with { Domains = [Vm("web1", VmA, "tapaaaaaaaa-aa", MacA)] });
        string[] expected =
        [
            "instance:web1 > link:/tapaaaaaaaa-aa", "link:/tapaaaaaaaa-aa > link:/qbraaaaaaaa-aa", "link:/qbraaaaaaaa-aa > link:/qvbaaaaaaaa-aa",
            "link:/qvbaaaaaaaa-aa > link:/qvoaaaaaaaa-aa", "link:/qvoaaaaaaaa-aa > ovs-bridge:br-int",
            "ovs-bridge:br-int > ovs-port:br-int/patch-tun", "ovs-port:br-int/patch-tun > ovs-port:br-tun/patch-int",
            "ovs-port:br-tun/patch-int > ovs-bridge:br-tun", "ovs-bridge:br-tun > ovs-port:br-tun/gre-0a000002",
            "ovs-port:br-tun/gre-0a000002 > remote:10.0.0.2", "ovs-port:br-ex/phy-br-ex > ovs-bridge:br-ex", "ovs-bridge:br-ex > link:/eth1",
        ];
        Assert.Subset(topology.Connections.Select(c => $"{c.From} > {c.To}").ToHashSet(), expected.ToHashSet());
    }

    [Fact]
    public void Order_of_the_facts_does_not_matter()
    {
        var snapshot = Compute() with { Domains = [Vm("web1", VmA, "tapaaaaaaaa-aa", MacA), Vm("web2", NetA, null)] };
        var turned = snapshot with
        {
            Namespaces = [.. snapshot.Namespaces.Select(n => n with { Links = [.. n.Links.Reverse()] })],
            Domains = [.. snapshot.Domains.Reverse()],
            Ovs = snapshot.Ovs! with { Bridges = [.. snapshot.Ovs.Bridges.Reverse().Select(b => b with { Ports = [.. b.Ports.Reverse()] })] },
        };
        var (a, b) = (Topology.Build(snapshot), Topology.Build(turned));
        Assert.Equal(a.Connections, b.Connections);
        Assert.Equal(a.Elements.Select(e => e.Id), b.Elements.Select(e => e.Id));
        Assert.Equal(a.Vifs.Select(v => v.PortId), b.Vifs.Select(v => v.PortId));
        Assert.Equal(a.ChainOf(a.Vifs[0]).Select(e => e.Id), b.ChainOf(b.Vifs[0]).Select(e => e.Id));
    }

    [Fact]
    public void Node_with_4000_ports_is_built_in_well_under_a_second()
    {
        var links = new List<Link>();
        var ports = new List<OvsPort> { Patch("patch-tun", "patch-int") };
        var domains = new List<Domain>();
        var rules = new System.Text.StringBuilder();
        for (var i = 0; i < 4000; i++)
        {
            var id = $"{i:x8}-0000-4000-8000-{i:x12}";
            var mac = new MacAddress(0xfa163e000000UL + (ulong)i).ToString();
            links.AddRange(HybridLinks(id[..11], 10 + 4 * i));
            ports.Add(Bound("qvo" + id[..11], id, mac, id, 1 + i % 4000));
            domains.Add(Vm($"vm{i}", id, "tap" + id[..11], mac));
            rules.Append($"-A neutron-openvswi-s{id[..10]} -s 10.{i / 65536}.{i / 256 % 256}.{i % 256}/32 -m mac --mac-source {mac} -j RETURN\n");
        }
        var tunnels = Enumerable.Range(0, 200).Select(i => Tunnel($"vxlan-0a0001{i:x2}", "vxlan", $"10.0.1.{i}")).ToArray();
        var snapshot = NodeOf([Root([.. links])], Bridge("br-int", [.. ports]), Bridge("br-tun", [Patch("patch-int", "patch-tun"), .. tunnels])) with
        {
            Domains = domains,
            Firewall = [new("", "iptables-save", rules.ToString())],
        };
        var topology = Topology.Build(snapshot);
        Assert.Equal(4000, topology.Vifs.Count);
        Assert.All(topology.Vifs, v => Assert.Equal((ElementState.Up, 1), (v.State, v.IPAddresses.Count)));
        // seen: 0.25 s, unoptimised
        Assert.InRange(BestOf(5, () => Topology.Build(snapshot)), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        var last = topology.Vifs[3999];
        Assert.Equal(409, topology.ChainOf(last).Count);
        Assert.InRange(BestOf(5, () => topology.ChainOf(last)), TimeSpan.Zero, TimeSpan.FromSeconds(0.5));
    }

    [Fact]
    public void Plain_linux_bridge_host_shows_its_vms()
    {
        var topology = Topology.Build(NodeOf([Root(Link(2, "virbr0", "bridge"), Link(3, "virbr0-nic", "tun", master: 2, flags: 0),
            Link(4, "vnet0", "tun", master: 2), Link(5, "vnet1", "tun", master: 2), Link(6, "br0", "bridge"), Link(7, "eno1", null, master: 6)) with
        {
            Neighbours = [new() { IfIndex = 2, Address = IPAddress.Parse("192.168.122.50"), LinkAddress = MacAddress.Parse("52:54:00:00:00:01"), State = 2 }],
        }]) with
        { Domains = [Vm("db", VmA, "vnet0", "52:54:00:00:00:01")] });
        Assert.Equal(["db", null], topology.Vifs.Select(v => v.InstanceName));
        Assert.All(topology.Vifs, v => Assert.Equal((VifPlug.LinuxBridge, ElementState.Up), (v.Plug, v.State)));
        Assert.Equal(["192.168.122.50"], topology.Vifs[0].IPAddresses);
        Assert.Equal(["db", "vnet0", "virbr0"], topology.ChainOf(topology.Vifs[0]).Select(e => e.Name));
        Assert.Equal(ElementKind.Nic, topology.Find("link:/eno1")!.Kind);
        Assert.Empty(topology.Elements.SelectMany(e => e.Troubles));
        Assert.Empty(topology.Networks);
    }

    [Fact]
    public void Vm_on_a_bridged_vlan_is_followed_to_the_nic()
    {
        var topology = Topology.Build(NodeOf([Root(Link(2, "br0", "bridge"), Link(3, "vnet0", "tun", master: 2), Link(4, "eth0", null),
            Link(5, "eth0.7", "vlan", master: 2, peer: 4))]));
        Assert.Equal(["vnet0", "br0", "eth0.7", "eth0"], topology.ChainOf(topology.Vifs[0]).Select(e => e.Name));
    }

    [Fact]
    public void Open_vswitch_without_neutron_shows_taps_bonds_and_nics()
    {
        var topology = Topology.Build(NodeOf([Root(Link(2, "eth0", null), Link(3, "eth1", null), Link(4, "vnet0", "tun"), Link(5, "ovsbr0", "openvswitch"))],
            Bridge("ovsbr0", Port("vnet0", tag: 10),
                new OvsPort { Name = "bond0", BondMode = "balance-slb", Interfaces = [Row("eth0"), Row("eth1")] })));
        var vif = Assert.Single(topology.Vifs);
        Assert.Equal((VifPlug.Ovs, 10, ElementState.Up), (vif.Plug, vif.LocalVlan, vif.State));
        Assert.Equal(["vnet0", "ovsbr0", "bond0", "eth0", "eth1"], topology.ChainOf(vif).Select(e => e.Name));
        Assert.Equal((ElementKind.Stacked, ElementState.Up, "bond"),
            (topology.Find("ovs-port:ovsbr0/bond0")!.Kind, topology.Find("ovs-port:ovsbr0/bond0")!.State, topology.Find("ovs-port:ovsbr0/bond0")!.DeviceType));
        Assert.Null(topology.Find("link:/ovsbr0"));
        Assert.Empty(topology.Elements.SelectMany(e => e.Troubles));
    }

    [Fact]
    public void Vhost_user_port_has_no_device_but_an_instance()
    {
        var topology = Topology.Build(NodeOf([Root()],
            Bridge("br-int", Bound("vhuaaaaaaaa-aa", PortA, MacA, VmA, type: "dpdkvhostuserclient") with { Tag = 3 })));
        var vif = Assert.Single(topology.Vifs);
        Assert.Equal((VifPlug.VhostUser, "ovs-port:br-int/vhuaaaaaaaa-aa", VmA), (vif.Plug, vif.Device, vif.InstanceId));
        Assert.Equal($"instance:{VmA}", topology.ChainOf(vif)[0].Id);
    }

    [Fact]
    public void Internal_port_in_a_namespace_is_one_element_with_its_row()
    {
        var device = Link(7, "tapbbbbbbbb-bb", "tun") with { Address = MacAddress.Parse("fa:16:3e:bb:bb:bb") };
        var home = new NamespaceFacts
        {
            Name = $"qdhcp-{NetA}",
            Links = [Loopback, device],
            Addresses = [new() { IfIndex = 7, Address = IPAddress.Parse("10.0.0.2"), PrefixLength = 24 }],
        };
        var topology = Topology.Build(NodeOf([Root(), home], Bridge("br-int", Port("tapbbbbbbbb-bb", tag: 2,
            row: Row("tapbbbbbbbb-bb", "internal") with { IfIndex = 0, LinkState = "down", AdminState = "down" }))));
        var vif = Assert.Single(topology.Vifs);
        Assert.Equal((VifOwner.Dhcp, VifPlug.Namespace, home.Name, 2, ElementState.Up), (vif.Owner, vif.Plug, vif.Namespace, vif.LocalVlan, vif.State));
        Assert.Equal(["10.0.0.2"], vif.IPAddresses);
        Assert.Equal($"link:{home.Name}/tapbbbbbbbb-bb", vif.Device);
        Assert.Equal("br-int", topology.Find(vif.Device!)!.OvsBridge);
        // before Liberty nothing but the namespace names the network
        Assert.Equal(new Network(2, NetA, null, null, null), vif.Network);
    }

    [Fact]
    public void Same_device_name_in_two_namespaces_is_told_apart_by_mac()
    {
        NamespaceFacts Home(string name, string mac) => new()
        {
            Name = name,
            Links = [Loopback, Link(7, "eth9", "tun") with { Address = MacAddress.Parse(mac) }],
        };
        var topology = Topology.Build(NodeOf([Root(), Home("blue", "02:00:00:00:00:0b"), Home("red", "02:00:00:00:00:0d")],
            Bridge("br0", Port("eth9", row: Row("eth9", "internal") with { MacInUse = "02:00:00:00:00:0d" }))));
        Assert.Equal("br0", topology.Find("link:red/eth9")!.OvsBridge);
        Assert.Null(topology.Find("link:blue/eth9")!.OvsBridge);
    }

    [Fact]
    public void Device_of_that_name_in_a_container_is_not_the_internal_port_that_nobody_listed()
    {
        var container = new NamespaceFacts { Name = "c1", Links = [Loopback, Link(7, "eth9", "veth", peer: 99) with { LinkNamespaceId = 0 }] };
        var topology = Topology.Build(NodeOf([Root(), container], Bridge("br0", Port("eth9", "internal"))));
        Assert.Equal(ElementState.Unknown, topology.Find("ovs-port:br0/eth9")!.State);
        Assert.Empty(topology.Find("ovs-port:br0/eth9")!.Troubles);
    }

    [Fact]
    public void Veth_peer_in_another_namespace_is_found_by_the_numbers_of_namespaces()
    {
        var root = Root(Link(5, "veth-a", "veth", peer: 2) with { LinkNamespaceId = 0 }, Link(6, "veth-b", "veth", peer: 2) with { LinkNamespaceId = 1 })
            with
        { Numbers = [new(0, 100), new(1, 200)] };
        NamespaceFacts Home(string name, ulong inode, int peer) => new()
        {
            Name = name,
            Inode = inode,
            Links = [Link(2, "eth0", "veth", peer: peer) with { LinkNamespaceId = 0 }],
            Numbers = [new(0, 1)],
        };
        var topology = Topology.Build(NodeOf([root, Home("a", 100, 5), Home("b", 200, 6)]));
        Assert.Equal(["link:/veth-a - link:a/eth0", "link:/veth-b - link:b/eth0"],
            topology.Connections.Where(c => c.Kind == ConnectionKind.VethPair).Select(c => string.Join(" - ", new[] { c.From, c.To }.Order(StringComparer.Ordinal))));
    }

    [Fact]
    public void Veth_peer_without_numbers_needs_a_pair_that_names_each_other_and_no_third()
    {
        var root = Root(Link(5, "veth-a", "veth", peer: 2) with { LinkNamespaceId = 0 });
        NamespaceFacts Home(string name, int peer) => new() { Name = name, Links = [Link(2, "eth0", "veth", peer: peer) with { LinkNamespaceId = 0 }] };
        Assert.Single(Topology.Build(NodeOf([root, Home("a", 5), Home("b", 6)])).Connections);
        Assert.Empty(Topology.Build(NodeOf([root, Home("a", 5), Home("b", 5)])).Connections);
    }

    [Fact]
    public void Dhcp_servers_veth_is_one_chain_into_the_bridge()
    {
        var root = Root(Link(5, "tapbbbbbbbb-bb", "veth", peer: 2) with { LinkNamespaceId = 0 });
        var home = new NamespaceFacts
        {
            Name = $"qdhcp-{NetA}",
            Links = [Loopback, Link(2, "ns-bbbbbbbb-bb", "veth", peer: 5) with { LinkNamespaceId = 0 }],
            Addresses = [new() { IfIndex = 2, Address = IPAddress.Parse("10.0.0.2"), PrefixLength = 24 }],
        };
        var topology = Topology.Build(NodeOf([root, home],
            Bridge("br-int", Bound("tapbbbbbbbb-bb", "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb", "fa:16:3e:bb:bb:bb", null))));
        var vif = Assert.Single(topology.Vifs);
        Assert.Equal((VifOwner.Dhcp, $"link:{home.Name}/ns-bbbbbbbb-bb", "link:/tapbbbbbbbb-bb"), (vif.Owner, vif.Device, vif.OvsEnd));
        Assert.Equal(["10.0.0.2"], vif.IPAddresses);
        Assert.Equal(["ns-bbbbbbbb-bb", "tapbbbbbbbb-bb", "br-int"], topology.ChainOf(vif).Select(e => e.Name));
    }

    [Fact]
    public void Addresses_come_from_the_spoof_filter_of_the_port_and_the_arp_of_its_own_network()
    {
        var snapshot = Compute();
        NamespaceFacts Router(string name, string device, string address) => new()
        {
            Name = name,
            Links = [Link(3, device, "tun")],
            Neighbours =
            [
                new() { IfIndex = 3, Address = IPAddress.Parse(address), LinkAddress = MacAddress.Parse(MacA), State = 2 },
                new() { IfIndex = 3, Address = IPAddress.Parse("10.9.9.9"), LinkAddress = MacAddress.Parse(MacA), State = 0x20 },
            ],
        };
        var topology = Topology.Build(snapshot with
        {
            Namespaces = [.. snapshot.Namespaces, Router("qrouter-1", "qr-cccccccc-cc", "10.0.0.6"), Router("qrouter-2", "qr-dddddddd-dd", "10.0.0.7")],
            Ovs = snapshot.Ovs! with
            {
                Bridges = [.. snapshot.Ovs.Bridges.Select(b => b.Name != "br-int" ? b : b with
                {
                    Ports = [.. b.Ports, Port("qr-cccccccc-cc", "internal", 1), Port("qr-dddddddd-dd", "internal", 2)],
                })],
            },
            Firewall =
            [
                new("", "iptables-save", """
                    -A neutron-openvswi-saaaaaaaa-a -s 10.0.0.250/32 -m mac --mac-source FA:16:3E:AA:AA:AA -j RETURN
                    [3:252] -A neutron-openvswi-saaaaaaaa-a -s 10.0.0.0/24 -m mac --mac-source FA:16:3E:AA:AA:AA -j RETURN
                    -A neutron-openvswi-saaaaaaaa-a -s 10.0.0.77/32 -m mac --mac-source FA:16:3E:00:00:77 -j RETURN
                    [3:252] -A neutron-openvswi-saaaaaaaa-a -s 10.0.0.5/32 -m mac --mac-source FA:16:3E:AA:AA:AA -j RETURN
                    -A neutron-openvswi-sbbbbbbbb-b -s 10.0.0.8/32 -m mac --mac-source FA:16:3E:AA:AA:AA -j RETURN
                    """),
                new("", "ip6tables-save", "-A neutron-openvswi-saaaaaaaa-a -s fe80::1/128 -m mac --mac-source FA:16:3E:AA:AA:AA -j RETURN"),
            ],
        });
        Assert.Equal(["10.0.0.5", "10.0.0.250", "10.0.0.6"], topology.Vifs.Single(v => v.PortId == PortA).IPAddresses);
    }

    [Fact]
    public void Qvo_alone_tells_a_hybrid_port_and_nothing_that_was_not_told()
    {
        var topology = Topology.Build(NodeOf([], Bridge("br-int", Port("qvobee51cf7-fb", tag: 1, row: new() { Name = "qvobee51cf7-fb" }))));
        var vif = Assert.Single(topology.Vifs);
        Assert.Equal(("bee51cf7-fb", VifPlug.Hybrid, ElementState.Unknown, 1), (vif.PortId, vif.Plug, vif.State, vif.LocalVlan));
        Assert.Null(vif.Device);
        Assert.Null(vif.HybridBridge);
        Assert.Null(vif.Instance);
        Assert.Empty(vif.Troubles);
        Assert.Equal(["ovs-bridge:br-int", "ovs-port:br-int/qvobee51cf7-fb"], topology.Elements.Select(e => e.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Vm_that_no_hypervisor_tells_of_is_named_by_the_row_or_by_its_uuid()
    {
        Assert.Equal((null, $"instance:{VmA}"), (Topology.Build(Compute()).Vifs[0].InstanceName, Topology.Build(Compute()).Vifs[0].Instance));
        var port = Bound("qvoaaaaaaaa-aa", PortA, MacA, VmA);
        var named = port with
        {
            Interfaces = [port.Interfaces[0] with { ExternalIds = Map([.. port.Interfaces[0].ExternalIds.Select(p => (p.Key, p.Value)), (Vif.InstanceNameKey, "test-vm")]) }],
        };
        var topology = Topology.Build(NodeOf([Root(HybridLinks())], Bridge("br-int", named)));
        Assert.Equal(("test-vm", VmA, "instance:test-vm"), (topology.Vifs[0].InstanceName, topology.Vifs[0].InstanceId, topology.Vifs[0].Instance));
        Assert.Equal(ElementState.Up, topology.Find("instance:test-vm")!.State);
    }

    [Fact]
    public void Two_vms_of_one_name_are_two_elements()
    {
        var topology = Topology.Build(NodeOf([Root()]) with { Domains = [Vm("x", VmA, null) with { Name = "i-1" }, Vm("x", NetA, null) with { Name = "i-2" }] });
        Assert.Equal(["instance:x/i-1", "instance:x/i-2"], topology.Elements.Where(e => e.Kind == ElementKind.Instance).Select(e => e.Id));
    }

    [Fact]
    public void Domain_in_both_of_libvirts_folders_counts_once()
    {
        var topology = Topology.Build(Compute() with
        {
            Domains = [Vm("web1", VmA, null, isRunning: false), Vm("web1", VmA, "tapaaaaaaaa-aa", MacA)],
        });
        Assert.Equal(ElementState.Up, Assert.Single(topology.Elements, e => e.Kind == ElementKind.Instance).State);
        Assert.Equal("web1", Assert.Single(topology.Vifs).InstanceName);
    }

    [Fact]
    public void Empty_snapshot_is_an_empty_topology()
    {
        var topology = Topology.Build(new());
        Assert.Empty(topology.Elements);
        Assert.Empty(topology.Vifs);
        Assert.Null(topology.Find("link:/eth0"));
        Assert.Empty(topology.ConnectionsOf("link:/eth0"));
    }

    /// <summary>Processor time of this thread, which a busy machine does not stretch: /proc/thread-self/schedstat, first field, nanoseconds.</summary>
    private static TimeSpan BestOf(int runs, Action action)
    {
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < runs; i++)
        {
            var start = Now();
            action();
            best = Now() - start is var spent && spent < best ? spent : best;
        }
        return best;

        static TimeSpan Now() => TimeSpan.FromMicroseconds(
            long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) / 1000.0);
    }
}
