using Plumbline.Diagnosis;
using Plumbline.Node.Topologies;
using Plumbline.Views.Tests.Fixtures;

namespace Plumbline.Views.Tests;

public sealed class TopologyTextTests
{
    [Fact]
    public void Articles_node_is_read_at_a_glance() =>
        Expected.Equals(TopologyText.Render(Nodes.Article(), RenderOptions.Plain), "article.txt");

    [Fact]
    public void Full_node_shows_networks_namespaces_mirrors_and_what_is_wrong() =>
        Expected.Equals(TopologyText.Render(Nodes.Full(), RenderOptions.Plain), "full.txt");

    [Fact]
    public void Narrow_terminal_gets_chains_on_lines_of_their_own() =>
        Expected.Equals(TopologyText.Render(Nodes.Full(), new() { Width = 80, Unicode = false }), "full-80-ascii.txt");

    [Fact]
    public void Colours_are_ansi_codes() =>
        Expected.Equals(TopologyText.Render(Nodes.Full(), new() { Colour = true }), "full-colour.txt");

    [Fact]
    public void Host_without_open_vswitch_shows_its_linux_bridges() =>
        Expected.Equals(TopologyText.Render(Nodes.LinuxBridges(), RenderOptions.Plain), "linux-bridges.txt");

    [Fact]
    public void Many_tunnels_are_said_once() =>
        Expected.Equals(TopologyText.Render(Nodes.Many(12), RenderOptions.Plain), "many.txt");

    [Fact]
    public void Focus_is_one_chain_a_hop_a_line()
    {
        var topology = Nodes.Full();
        Expected.Equals(
            TopologyText.Render(topology, new() { Focus = new Target.OfVif(topology.Vifs[0]) }), "full-focus-web-1.txt");
    }

    [Fact]
    public void Focus_on_an_instance_is_all_its_chains()
    {
        var topology = Nodes.Full();
        Expected.Equals(TopologyText.Render(topology, new()
        {
            Focus = new Target.OfInstance("база-данных", [.. topology.Vifs.Where(vif => vif.InstanceName == "база-данных")]),
        }), "full-focus-instance.txt");
    }

    [Fact]
    public void Focus_on_a_bridge_is_its_ports_and_ways_on()
    {
        var topology = Nodes.Article();
        Expected.Equals(TopologyText.Render(topology, new()
        {
            Focus = new Target.OfElement(topology.Elements.Single(element => element.Id == "ovs-bridge:br-tun")),
        }), "article-focus-br-tun.txt");
    }

    [Fact]
    public void Nothing_is_left_out_but_healthy_loopbacks()
    {
        var topology = Nodes.Full();
        var text = TopologyText.Render(topology, RenderOptions.Plain);
        foreach (var element in topology.Elements.Where(element => element.Kind != ElementKind.Loopback))
        {
            Assert.Contains(element.Name, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Two_pairs_between_two_bridges_are_each_drawn_once()
    {
        var node = new NodeBuilder();
        node.AddBridge("br-int");
        node.AddBridge("br-tun");
        node.AddBridge("br-tap");
        node.AddPatch("br-int", "patch-tun", "br-tun", "patch-int");
        node.AddPatch("br-int", "patch-int-tap", "br-tap", "patch-tap-int");
        node.AddPatch("br-tun", "patch-tun-tap", "br-tap", "patch-tap-tun");
        node.AddPatch("br-int", "second-a", "br-tun", "second-b");
        var text = TopologyText.Render(node.Build(), RenderOptions.Plain);
        foreach (var name in new[] { "patch-tun ", "patch-int ", "patch-tun-tap", "patch-tap-tun", "second-a", "second-b" })
        {
            Assert.Equal(2, text.Split(name).Length);
        }
    }

    [Fact]
    public void Names_cannot_move_the_cursor()
    {
        var topology = Nodes.Article();
        var vif = topology.Vifs[0] with { InstanceName = "evil\u001b[2Jname" };
        var text = TopologyText.Render(topology with { Vifs = [vif] }, new() { Colour = false });
        Assert.DoesNotContain('\u001b', text);
        Assert.Contains("evil\\x1b[2Jname", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(60)]
    [InlineData(100)]
    public void No_line_has_trailing_blanks(int? width)
    {
        foreach (var line in TopologyText.Render(Nodes.Full(), new() { Width = width }).Split('\n'))
        {
            Assert.Equal(line.TrimEnd(), line);
        }
    }
}
