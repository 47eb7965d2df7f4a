using Plumbline.Linux.Netlink;
using Plumbline.Node.Facts;
using Plumbline.Node.Topologies;
using static Plumbline.Node.Tests.Topologies.NodeBuilder;

namespace Plumbline.Node.Tests.Topologies;

/// <summary>One fault each on a node that is otherwise sound: what the facts say of it, and that nothing else is said.</summary>
public class TroubleTests
{
    [Fact]
    public void Sound_node_has_none() => Assert.Empty(TroublesOf(Compute()));

    [Fact]
    public void Device_of_a_port_is_gone()
    {
        var snapshot = WithLinks(l => l.Name.StartsWith("qv", StringComparison.Ordinal) ? null : l);
        var topology = Topology.Build(snapshot);
        Assert.Equal(ElementState.Missing, topology.Find("ovs-port:br-int/qvoaaaaaaaa-aa")!.State);
        var vif = Assert.Single(topology.Vifs);
        Assert.Equal(ElementState.Missing, vif.State);
        Assert.Equal(["qvoaaaaaaaa-aa: device does not exist", "qvbaaaaaaaa-aa: device does not exist"], vif.Troubles.Select(t => t.Text));
        Assert.Equal("link:/tapaaaaaaaa-aa", vif.Device);
    }

    [Fact]
    public void Open_vswitch_could_not_open_a_device() => AssertTroubles(
        ["qvoaaaaaaaa-aa: could not open network device qvoaaaaaaaa-aa (No such device)"],
        WithRow("qvoaaaaaaaa-aa", r => r with { OfPort = -1, Error = "could not open network device qvoaaaaaaaa-aa (No such device)" }));

    [Fact]
    public void Port_without_binding_is_in_the_dead_vlan() =>
        AssertTroubles(["qvoaaaaaaaa-aa: dead VLAN 4095 (not bound)"], WithPort("qvoaaaaaaaa-aa", p => p with { Tag = 4095 }));

    [Fact]
    public void Dead_port_still_knows_its_network_but_lends_it_no_vlan()
    {
        var vif = Assert.Single(Topology.Build(WithPort("qvoaaaaaaaa-aa", p => p with { Tag = 4095 })).Vifs);
        Assert.Equal(new Network(null, NetA, "vxlan", null, 5001), vif.Network);
        Assert.Equal(4095, vif.LocalVlan);
    }

    [Fact]
    public void Port_without_a_tag_is_not_bound() =>
        AssertTroubles(["qvoaaaaaaaa-aa: no VLAN tag on br-int (not bound)"], WithPort("qvoaaaaaaaa-aa", p => p with { Tag = null }));

    [Fact]
    public void Ovns_bridge_does_without_tags()
    {
        var snapshot = WithPort("qvoaaaaaaaa-aa", p => p with { Tag = null });
        Assert.Empty(TroublesOf(snapshot with { Ovs = snapshot.Ovs! with { ExternalIds = Map(("ovn-remote", "tcp:10.0.0.9:6642")) } }));
    }

    [Theory]
    [InlineData(LinkFlags.Broadcast, "down")]
    [InlineData(LinkFlags.Up, "no carrier")]
    public void Link_in_a_chain_is_down(LinkFlags flags, string trouble) => AssertTroubles(
        [$"qvbaaaaaaaa-aa: {trouble}"],
        WithLinks(l => l.Name != "qvbaaaaaaaa-aa" ? l : l with { Flags = flags, OperationalState = OperationalState.Down }));

    [Fact]
    public void Nic_under_a_provider_bridge_is_down()
    {
        var topology = Topology.Build(WithLinks(l => l.Name != "eth1" ? l : l with { Flags = 0, OperationalState = OperationalState.Down }));
        Assert.Equal(["down"], topology.Find("link:/eth1")!.Troubles.Select(t => t.Text));
    }

    [Fact]
    public void Patch_peers_that_are_missing_or_point_elsewhere()
    {
        Assert.Equal(["patch-tun: peer patch-xx does not exist", "patch-int: peer patch-tun has another peer, patch-xx"],
            TroublesOf(WithRow("patch-tun", r => r with { Options = Map(("peer", "patch-xx")) })));
        Assert.Equal(["phy-br-ex: patch port without a peer", "int-br-ex: peer phy-br-ex has another peer, none"],
            TroublesOf(WithRow("phy-br-ex", r => r with { Options = Map() })));
    }

    [Fact]
    public void Macs_of_row_and_domain_differ()
    {
        var vif = Assert.Single(Topology.Build(Compute() with { Domains = [Vm("web1", VmA, "tapaaaaaaaa-aa", "fa:16:3e:00:00:99")] }).Vifs);
        Assert.Equal(["qvoaaaaaaaa-aa: attached-mac fa:16:3e:aa:aa:aa is not the domain's fa:16:3e:00:00:99"], vif.Troubles.Select(t => t.Text));
    }

    [Fact]
    public void Tap_of_a_running_vm_is_gone()
    {
        var snapshot = WithLinks(l => l.Name.StartsWith("tap", StringComparison.Ordinal) ? null : l);
        var vif = Assert.Single(Topology.Build(snapshot).Vifs);
        Assert.Equal(ElementState.Missing, vif.State);
        Assert.Equal(["tapaaaaaaaa-aa: device does not exist"], vif.Troubles.Select(t => t.Text));
    }

    [Fact]
    public void Vm_that_is_shut_off_needs_no_tap()
    {
        var snapshot = WithLinks(l => l.Name.StartsWith("tap", StringComparison.Ordinal) ? null : l);
        var topology = Topology.Build(snapshot with { Domains = [Vm("web1", VmA, "tapaaaaaaaa-aa", MacA, isRunning: false)] });
        var vif = Assert.Single(topology.Vifs);
        Assert.Equal((ElementState.Down, "web1"), (vif.State, vif.InstanceName));
        Assert.Empty(vif.Troubles.Select(t => t.Text));
    }

    [Fact]
    public void Domain_whose_tap_is_gone_stays_visible()
    {
        var vif = Assert.Single(Topology.Build(NodeOf([Root(Link(2, "virbr0", "bridge"))]) with { Domains = [Vm("web1", VmA, "vnet0")] }).Vifs);
        Assert.Equal(("web1", ElementState.Missing), (vif.InstanceName, vif.State));
        Assert.Equal(["vnet0: device does not exist"], vif.Troubles.Select(t => t.Text));
    }

    [Fact]
    public void Veth_is_there_but_no_port_row()
    {
        var snapshot = Compute();
        var vif = Assert.Single(Topology.Build(snapshot with
        {
            Ovs = snapshot.Ovs! with
            {
                Bridges = [.. snapshot.Ovs.Bridges.Select(b => b with { Ports = [.. b.Ports.Where(p => p.Name != "qvoaaaaaaaa-aa")] })],
            },
        }).Vifs);
        Assert.Equal(["qvoaaaaaaaa-aa: not in any Open vSwitch bridge"], vif.Troubles.Select(t => t.Text));
        Assert.Equal((VifPlug.Hybrid, "aaaaaaaa-aa", ElementState.Missing), (vif.Plug, vif.PortId, vif.State));
    }

    [Fact]
    public void Veth_or_tap_is_outside_its_bridge()
    {
        AssertTroubles(["tapaaaaaaaa-aa: not in qbraaaaaaaa-aa"], WithLinks(l => l.Name == "tapaaaaaaaa-aa" ? l with { MasterIndex = null } : l));
        AssertTroubles(["qvbaaaaaaaa-aa: not in qbraaaaaaaa-aa"], WithLinks(l => l.Name == "qvbaaaaaaaa-aa" ? l with { MasterIndex = null } : l));
    }

    [Fact]
    public void Chain_is_narrower_than_the_tap() =>
        AssertTroubles(["qvoaaaaaaaa-aa: MTU 1400, but 1500 on tapaaaaaaaa-aa"], WithLinks(l => l.Name == "qvoaaaaaaaa-aa" ? l with { Mtu = 1400 } : l));

    [Fact]
    public void Tunnels_name_contradicts_its_remote_end() => AssertTroubles(
        ["gre-0a000002: its name says 10.0.0.2, its remote_ip is 10.0.0.9"],
        WithRow("gre-0a000002", r => r with { Options = Map(("remote_ip", "10.0.0.9")) }));

    [Fact]
    public void Controller_is_not_connected()
    {
        var snapshot = Compute();
        AssertTroubles(["br-int: controller tcp:127.0.0.1:6633 not connected"], snapshot with
        {
            Ovs = snapshot.Ovs! with
            {
                Bridges = [.. snapshot.Ovs.Bridges.Select(b => b.Name == "br-int" ? b with { Controllers = [new("tcp:127.0.0.1:6633", false)] } : b)],
            },
        });
    }

    [Fact]
    public void Filtered_listing_proves_no_absence()
    {
        var snapshot = WithLinks(l => l.Name is "lo" or "tapaaaaaaaa-aa" or "eth1" ? null : l);
        var vif = Assert.Single(Topology.Build(snapshot).Vifs);
        Assert.Equal(ElementState.Unknown, vif.State);
        Assert.Empty(vif.Troubles.Select(t => t.Text));
    }

    private static void AssertTroubles(string[] expected, NodeSnapshot snapshot) => Assert.Equal(expected, TroublesOf(snapshot));

    private static List<string> TroublesOf(NodeSnapshot snapshot)
    {
        var topology = Topology.Build(snapshot);
        return [.. topology.Elements.SelectMany(e => e.Troubles.Select(t => $"{e.Name}: {t}")).OrderByDescending(t => t, StringComparer.Ordinal)];
    }

    private static NodeSnapshot WithLinks(Func<Link, Link?> change)
    {
        var snapshot = Compute();
        return snapshot with
        {
            Namespaces = [.. snapshot.Namespaces.Select(n => n with { Links = [.. n.Links.Select(change).OfType<Link>()] })],
        };
    }

    private static NodeSnapshot WithPort(string name, Func<OvsPort, OvsPort> change)
    {
        var snapshot = Compute();
        return snapshot with
        {
            Ovs = snapshot.Ovs! with
            {
                Bridges = [.. snapshot.Ovs.Bridges.Select(b => b with { Ports = [.. b.Ports.Select(p => p.Name == name ? change(p) : p)] })],
            },
        };
    }

    private static NodeSnapshot WithRow(string name, Func<OvsInterface, OvsInterface> change) =>
        WithPort(name, p => p with { Interfaces = [.. p.Interfaces.Select(change)] });
}
