using System.Text.Json;
using Plumbline.Node.Topologies;
using Plumbline.Testing;

namespace Plumbline.Node.Tests.Topologies;

/// <summary>The topology of a recorded OpenStack deployment against what its rig and Neutron's API say that it is.</summary>
public class RecordedTopologyTests
{
    private const string State = "cases/neutron-node/states/sg-rules";

    [SkippableTheory]
    [InlineData("cmp1")]
    [InlineData("cmp2")]
    public void Every_guest_is_found_with_its_chain_network_and_addresses(string node)
    {
        var topology = Topology.Build(RecordedNode.Read(node));
        using var rig = JsonDocument.Parse(File.ReadAllText(SharedFiles.Require($"{State}/rig-topology.json")));
        using var ports = JsonDocument.Parse(File.ReadAllText(SharedFiles.Require($"{State}/api/ports.json")));
        var secured = ports.RootElement.GetProperty("ports").EnumerateArray()
            .Where(p => p.GetProperty("port_security_enabled").GetBoolean()).Select(p => p.GetProperty("id").GetString()).ToHashSet();
        var found = 0;
        foreach (var guest in rig.RootElement.GetProperty("guests").EnumerateObject())
        {
            if (guest.Value.GetProperty("node").GetString() != node)
            {
                continue;
            }
            foreach (var nic in guest.Value.GetProperty("nics").EnumerateArray())
            {
                string Text(string name) => nic.GetProperty(name).GetString()!;
                var vif = Assert.Single(topology.Vifs, v => v.PortId == Text("port"));
                Assert.Equal(VifOwner.Instance, vif.Owner);
                Assert.Equal(VifPlug.Hybrid, vif.Plug);
                Assert.Equal($"link:/{Text("tap")}", vif.Device);
                Assert.Equal($"link:/{Text("qbr")}", vif.HybridBridge);
                Assert.Equal($"link:/{Text("qvb")}", vif.BridgeEnd);
                Assert.Equal($"link:/{Text("qvo")}", vif.OvsEnd);
                Assert.Equal("br-int", vif.OvsBridge);
                Assert.Equal(Text("mac"), vif.Address.ToString());
                Assert.Equal(guest.Value.GetProperty("uuid").GetString(), vif.InstanceId);
                Assert.Equal(nic.GetProperty("mtu").GetInt32(), vif.Mtu);
                Assert.Equal(ElementState.Up, vif.State);
                Assert.Empty(vif.Troubles);
                var truth = rig.RootElement.GetProperty("networks").GetProperty(Text("net"));
                Assert.Equal(Text("network"), vif.Network!.Id);
                Assert.Equal(truth.GetProperty("type").GetString(), vif.Network.Type);
                Assert.Equal(truth.GetProperty("segment").GetInt32(), vif.Network.SegmentationId);
                Assert.Equal(vif.Network.LocalVlan, vif.LocalVlan);
                var addresses = nic.GetProperty("ips").EnumerateArray().Select(i => i.GetString()!).ToArray();
                if (secured.Contains(Text("port")))
                {
                    Assert.Superset(addresses.ToHashSet(), vif.IPAddresses.ToHashSet());
                    // an allowed address pair never comes before the port's own
                    Assert.Equal(addresses[0], vif.IPAddresses[0]);
                }
                var chain = topology.ChainOf(vif);
                Assert.Equal(["Instance", "Tap", "HybridBridge", "HybridVethBridgeEnd", "HybridVethOvsEnd", "OvsBridge"],
                    chain.Take(6).Select(e => e.Kind.ToString()));
                AssertWaysOn(vif, chain);
                found++;
            }
        }
        Assert.Equal(found, topology.Vifs.Count);
    }

    [SkippableTheory]
    [InlineData("cmp1")]
    [InlineData("cmp2")]
    [InlineData("ctl")]
    public void Healthy_node_has_no_troubles(string node)
    {
        var topology = Topology.Build(RecordedNode.Read(node));
        Assert.Empty(topology.Elements.SelectMany(e => e.Troubles.Select(t => $"{e.Id}: {t}")));
        Assert.Empty(topology.Vifs.SelectMany(v => v.Troubles));
        Assert.All(topology.Vifs, v => Assert.Equal(ElementState.Up, v.State));
    }

    [SkippableFact]
    public void Network_nodes_servers_and_routers_are_what_the_api_says()
    {
        var topology = Topology.Build(RecordedNode.Read("ctl"));
        using var ports = JsonDocument.Parse(File.ReadAllText(SharedFiles.Require($"{State}/api/ports.json")));
        var expected = ports.RootElement.GetProperty("ports").EnumerateArray()
            .Where(p => p.GetProperty("binding:host_id").GetString() == "ctl").ToList();
        Assert.Equal(expected.Count, topology.Vifs.Count);
        foreach (var port in expected)
        {
            var vif = Assert.Single(topology.Vifs, v => v.PortId == port.GetProperty("id").GetString());
            Assert.Equal(port.GetProperty("device_owner").GetString() switch
            {
                "network:dhcp" => VifOwner.Dhcp,
                "network:router_interface" => VifOwner.Router,
                _ => VifOwner.Gateway,
            }, vif.Owner);
            Assert.Equal(VifPlug.Namespace, vif.Plug);
            Assert.Equal(port.GetProperty("mac_address").GetString(), vif.Address.ToString());
            Assert.Equal(port.GetProperty("network_id").GetString(), vif.Network!.Id);
            Assert.Superset(port.GetProperty("fixed_ips").EnumerateArray().Select(i => i.GetProperty("ip_address").GetString()!).ToHashSet(),
                vif.IPAddresses.ToHashSet());
            var prefix = vif.Owner == VifOwner.Dhcp ? "qdhcp-" : "qrouter-";
            Assert.StartsWith(prefix, vif.Namespace, StringComparison.Ordinal);
            Assert.Equal(vif.Namespace, topology.Find(vif.Device!)!.Namespace);
        }
    }

    [SkippableTheory]
    [InlineData("faults/sg-rule-missing")]
    [InlineData("faults/mtu-underlay")]
    public void Fault_that_is_not_in_the_topology_is_no_trouble_of_it(string state) =>
        Assert.Empty(Topology.Build(RecordedNode.Read("cmp1", state)).Elements.SelectMany(e => e.Troubles.Select(t => $"{e.Id}: {t}")));

    [SkippableFact]
    public void Port_with_another_networks_tag_keeps_its_network_and_says_so()
    {
        var topology = Topology.Build(RecordedNode.Read("cmp1", "faults/wrong-vlan-tag"));
        Assert.Equal(["link:/qvo6ef565e0-4a"], topology.Elements.Where(e => e.Troubles.Count > 0).Select(e => e.Id));
        var vif = Assert.Single(topology.Vifs, v => v.Troubles.Count > 0);
        Assert.Equal("3b487391-2343-4f72-844c-351a25845527", vif.Network!.Id);
        Assert.NotEqual(vif.Network.LocalVlan, vif.LocalVlan);
        Assert.Equal($"qvo6ef565e0-4a: VLAN tag {vif.LocalVlan}, but the agent gave its network {vif.Network.LocalVlan}", vif.Troubles[0].Text);
    }

    [SkippableFact]
    public void Uplinks_are_nics_and_the_datapath_device_is_noted()
    {
        var topology = Topology.Build(RecordedNode.Read("cmp1"));
        Assert.Equal(["eth0", "eth1", "eth2"], topology.Elements.Where(e => e.Kind == ElementKind.Nic).Select(e => e.Name));
        Assert.Equal(["10.30.0.10", "10.30.0.12"], topology.Elements.Where(e => e.Kind == ElementKind.RemoteEnd).Select(e => e.Name));
        Assert.Equal("Open vSwitch's datapath", topology.Find("link:/ovs-netdev")!.Note);
        Assert.Equal(["link:/ovs-netdev"], topology.Elements.Where(e => e.Kind == ElementKind.Other).Select(e => e.Id));
    }

    [SkippableTheory]
    [InlineData("cmp1")]
    [InlineData("ctl")]
    public void Every_connection_joins_elements_and_every_link_is_an_element(string node)
    {
        var snapshot = RecordedNode.Read(node);
        var topology = Topology.Build(snapshot);
        Assert.All(topology.Connections, c =>
        {
            Assert.NotNull(topology.Find(c.From));
            Assert.NotNull(topology.Find(c.To));
            Assert.Contains(c, topology.ConnectionsOf(c.From));
            Assert.Contains(c, topology.ConnectionsOf(c.To));
        });
        var bridges = snapshot.Ovs!.Bridges.Select(b => b.Name).ToHashSet();
        Assert.All(snapshot.Namespaces.SelectMany(n => n.Links.Select(l => (n.Name, Link: l.Name))),
            l => Assert.NotNull(topology.Find($"link:{l.Name}/{l.Link}") ?? (bridges.Contains(l.Link) ? topology.Elements[0] : null)));
    }

    private static void AssertWaysOn(Vif vif, IReadOnlyList<Element> chain)
    {
        var ways = chain.Skip(6).Select(e => e.Name).ToArray();
        if (vif.Network!.Type == "vlan")
        {
            Assert.Equal(["int-br-prov", "phy-br-prov", "br-prov", "eth2"], ways);
            return;
        }
        Assert.Equal(["patch-tun", "patch-int", "br-tun"], ways.Take(3));
        var tunnels = chain.Where(e => e.Kind == ElementKind.Tunnel).ToList();
        Assert.Equal(2, tunnels.Count);
        Assert.All(tunnels, t => Assert.Equal(vif.Network.Type, t.Tunnel!.Type));
        Assert.Equal(2, chain.Count(e => e.Kind == ElementKind.RemoteEnd));
        Assert.Equal(6 + 3 + 4, chain.Count);
    }
}
