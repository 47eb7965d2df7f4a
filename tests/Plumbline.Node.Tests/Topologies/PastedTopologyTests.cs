using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Testing;

namespace Plumbline.Node.Tests.Topologies;

/// <summary>What can be made of text that people paste: what is told, and not more.</summary>
public class PastedTopologyTests
{
    [SkippableFact]
    public void First_articles_listing_gives_the_port_its_vlan_and_the_tunnels()
    {
        var topology = Topology.Build(OfflineNode.Read(SharedFiles.Require("cases/articles/ovs-vsctl-show.txt")));
        var vif = Assert.Single(topology.Vifs);
        Assert.Equal(("bee51cf7-fb", VifPlug.Hybrid, 1, ElementState.Unknown), (vif.PortId, vif.Plug, vif.LocalVlan, vif.State));
        var chain = topology.ChainOf(vif);
        Assert.Equal(["qvobee51cf7-fb", "br-int", "patch-tun", "patch-int", "br-tun"], chain.Take(5).Select(e => e.Name));
        var tunnels = chain.Where(e => e.Kind == ElementKind.Tunnel).ToList();
        Assert.NotEmpty(tunnels);
        Assert.All(tunnels, t => Assert.Equal("gre", t.Tunnel!.Type));
        Assert.All(tunnels, t => Assert.Equal(Neutron.DeviceNames.TunnelPort("gre", t.Tunnel!.Remote!), t.Name));
        Assert.Equal(tunnels.Count, chain.Count(e => e.Kind == ElementKind.RemoteEnd));
        Assert.Empty(topology.Elements.SelectMany(e => e.Troubles));
        Assert.DoesNotContain(topology.Elements, e => e.State is ElementState.Missing or ElementState.Down);
    }

    [SkippableFact]
    public void First_articles_monitor_port_is_shown_as_what_it_is()
    {
        var topology = Topology.Build(OfflineNode.Read(SharedFiles.Require("cases/articles/ovs-vsctl-show-with-monitor-port.txt")));
        var monitor = topology.Find("ovs-port:br-int/br-int-tcpdump")!;
        Assert.Equal((ElementKind.Other, ElementState.Unknown, "br-int"), (monitor.Kind, monitor.State, monitor.OvsBridge));
    }

    [SkippableTheory]
    [InlineData("ip-link.txt")]
    [InlineData("brctl-show.txt")]
    public void Second_articles_listings_give_the_chain_of_the_port(string file)
    {
        var topology = Topology.Build(OfflineNode.Read(SharedFiles.Require($"cases/articles/{file}")));
        var vif = Assert.Single(topology.Vifs);
        Assert.Equal(("14c032e9-bc", VifPlug.Hybrid, VifOwner.Instance), (vif.PortId, vif.Plug, vif.Owner));
        Assert.Equal(["tap14c032e9-bc", "qbr14c032e9-bc", "qvb14c032e9-bc"], topology.ChainOf(vif).Take(3).Select(e => e.Name));
        Assert.Equal(["Tap", "HybridBridge", "HybridVethBridgeEnd"], topology.ChainOf(vif).Take(3).Select(e => e.Kind.ToString()));
        Assert.Empty(vif.Troubles);
        Assert.NotEqual(ElementState.Missing, vif.State);
    }

    [SkippableTheory]
    [InlineData("cmp1")]
    [InlineData("cmp2")]
    [InlineData("ctl")]
    public void Recorded_folder_read_as_text_gives_the_same_as_its_json(string node)
    {
        var ours = Topology.Build(RecordedNode.Read(node));
        var read = Topology.Build(OfflineNode.Read(SharedFiles.Require($"cases/neutron-node/states/sg-rules/{node}")));
        Assert.Equal(ours.Elements.Select(e => $"{e.Id} {e.Kind} {e.State} {e.Address}"), read.Elements.Select(e => $"{e.Id} {e.Kind} {e.State} {e.Address}"));
        Assert.Equal(ours.Connections, read.Connections);
        Assert.Equal(ours.Networks, read.Networks);
        Assert.Equal(ours.Vifs.Select(Text), read.Vifs.Select(Text));

        static string Text(Vif vif) =>
            $"{vif.PortId} {vif.InstanceId} {vif.Device} {vif.LocalVlan} {vif.State} {string.Join(' ', vif.IPAddresses)} {string.Join(' ', vif.Troubles)}";
    }
}
