using System.Xml.Linq;
using Plumbline.Diagnosis;
using Plumbline.Node.Topologies;
using Plumbline.Views.Svg;
using Plumbline.Views.Tests.Fixtures;

namespace Plumbline.Views.Tests;

public sealed class SvgTilesTests
{
    [Theory]
    [InlineData(1, 2500, 1600)]
    [InlineData(10, 2500, 1600)]
    [InlineData(100, 3000, 2000)]
    [InlineData(1000, 6000, 4000)]
    [InlineData(5000, 12000, 8000)]
    public void Canvas_is_bounded(int instances, double width, double height)
    {
        var layout = TopologyLayout.Of(Nodes.Many(instances));
        Assert.InRange(layout.Width, 1, width);
        Assert.InRange(layout.Height, 1, height);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(1000)]
    public void Tiles_lie_apart_in_the_panel_of_their_network(int instances)
    {
        var layout = TopologyLayout.Of(Nodes.Odd(Nodes.Many(instances)));
        var panels = layout.Frames.Where(frame => frame.Class == "panel").ToList();
        Assert.Equal(5, panels.Count);
        var tiles = layout.Chips.Where(chip => (chip.Class is "tile" or "tile bad") && chip.Element is not null).ToList();
        Assert.All(tiles, tile => Assert.Single(panels, panel => panel.Rect.Contains(tile.Rect)));
        // tiles stand in rows: sorted by place, neighbours alone can overlap
        tiles.Sort((one, other) => (one.Rect.Y, one.Rect.X).CompareTo((other.Rect.Y, other.Rect.X)));
        for (var i = 0; i < tiles.Count; i++)
        {
            for (var j = i + 1; j < tiles.Count && tiles[j].Rect.Y < tiles[i].Rect.Bottom; j++)
            {
                Assert.False(tiles[i].Rect.Overlaps(tiles[j].Rect), $"{tiles[i]} and {tiles[j]}");
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(1000)]
    public void Every_instance_and_device_is_found_by_name(int instances)
    {
        var topology = Nodes.Odd(Nodes.Many(Math.Max(instances, 2)));
        var groups = Groups(TopologySvg.Render(topology, RenderOptions.Plain));
        var names = groups.Select(group => (string?)group.Attribute("data-name")).ToHashSet();
        var titles = string.Join('\n', groups.Select(group => group.Elements().First().Value));
        Assert.All(topology.Elements.Where(element => element.Kind == ElementKind.Instance),
            element => Assert.Contains(element.Name, names));
        Assert.All(topology.Elements, element => Assert.Contains(element.Name, titles, StringComparison.Ordinal));
        var ids = groups.Select(group => (string?)group.Attribute("id")).OfType<string>().ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    public void Titles_that_the_field_searches_have_addresses_devices_and_ports_whether_drawn_whole_or_not(int instances)
    {
        var topology = Nodes.Many(instances);
        var titles = Groups(TopologySvg.Render(topology, RenderOptions.Plain))
            .Where(group => ((string?)group.Attribute("id"))?.Split(':')[0] is "vif" or "instance")
            .Select(group => group.Elements().First().Value).ToList();
        Assert.Equal(instances, titles.Count);
        Assert.All(topology.Vifs, vif => Assert.Single(titles, title => title.Contains(vif.Address!.ToString()!, StringComparison.Ordinal)
            && title.Contains(vif.PortId!, StringComparison.Ordinal)
            && title.Contains($"\ntap{vif.PortId![..11]} - qbr{vif.PortId[..11]} - ", StringComparison.Ordinal)
            && vif.IPAddresses.All(address => title.Contains(address.ToString()!, StringComparison.Ordinal))));
    }

    [Fact]
    public void Script_comes_last_is_valid_XML_and_asks_nothing_of_the_network()
    {
        XNamespace names = "http://www.w3.org/2000/svg";
        var document = XDocument.Parse(TopologySvg.Render(Nodes.Many(2), RenderOptions.Plain));
        var script = Assert.Single(document.Descendants(names + "script"));
        Assert.Same(document.Root!.Elements().Last(), script);
        Assert.All(["fetch", "XMLHttpRequest", "import", "eval", "innerHTML", "WebSocket", "src"],
            word => Assert.DoesNotContain(word, script.Value, StringComparison.Ordinal));
        // what it asks of the drawing is there: groups of this role, whose first child is their title
        Assert.All(document.Descendants(names + "g").Where(group => (string?)group.Attribute("role") == "graphics-symbol"),
            group => Assert.Equal(names + "title", group.Elements().First().Name));
    }

    [Fact]
    public void Chains_with_troubles_are_drawn_whole()
    {
        var topology = Nodes.Odd(Nodes.Many(200));
        var drawn = TopologyLayout.Of(topology).Chips.Select(chip => chip.Element).ToHashSet();
        Assert.Contains(topology.Vifs[^1].OvsEnd, drawn);
        Assert.Contains(topology.Vifs[^2].OvsEnd, drawn);
        Assert.DoesNotContain(topology.Vifs[0].OvsEnd, drawn);
    }

    [Fact]
    public void Where_all_have_troubles_the_canvas_is_bounded_still()
    {
        var topology = Nodes.Many(1000);
        var layout = TopologyLayout.Of(topology with
        {
            Elements = [.. topology.Elements.Select(element =>
                element.Kind == ElementKind.Tap ? element with { State = ElementState.Down } : element)],
        });
        Assert.InRange(layout.Width, 1, 6000);
        Assert.InRange(layout.Height, 1, 4000);
    }

    [Fact]
    public void One_instance_of_many_in_focus_is_drawn_whole()
    {
        var topology = Nodes.Many(200);
        var svg = TopologySvg.Render(topology, new() { Focus = new Target.OfVif(topology.Vifs[7]) });
        Assert.Contains($"id=\"{topology.Vifs[7].OvsEnd}\"", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"tile", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void Expanded_drawing_has_every_chain_whole()
    {
        var svg = TopologySvg.Render(Nodes.Many(40), new() { Expands = true });
        Assert.DoesNotContain("class=\"tile", svg, StringComparison.Ordinal);
        Assert.Equal(40, Groups(svg).Count(group => ((string?)group.Attribute("data-name"))?.StartsWith("qvo", StringComparison.Ordinal) == true));
    }

    [Fact]
    public void Many_namespaces_and_tunnels_and_bare_bridges_are_bounded_too()
    {
        var node = new NodeBuilder();
        node.AddBridge("br-int");
        node.AddBridge("br-tun");
        node.AddPatch("br-int", "patch-tun", "br-tun", "patch-int");
        for (var i = 0; i < 600; i++)
        {
            var network = node.AddNetwork(new(i + 1, $"{i:d8}-7a14-4e0b-9c71-52a3b6d0e8f1", "vxlan", null, 1000 + i));
            node.AddNamespaced(VifOwner.Dhcp, $"qdhcp-{network.Id}", $"{i:x8}-aaaa-4e0b-9c71-52a3b6d0e8f1",
                $"fa:16:3e:{i >> 8:x2}:{i & 255:x2}:02", network, "10.0.0.2/24");
            node.AddTunnel("vxlan", "10.0.1.30", $"10.1.{i >> 8}.{i & 255}");
            node.AddDevice($"ctr{i}", ElementKind.LinuxBridge);
            node.AddDevice($"dummy{i}", ElementKind.Other);
        }
        var topology = node.Build();
        var layout = TopologyLayout.Of(topology);
        Assert.InRange(layout.Width, 1, 8000);
        Assert.InRange(layout.Height, 1, 8000);
        var text = string.Join('\n', layout.Frames.Concat(layout.Chips).Select(box => box.Tooltip));
        Assert.All(topology.Elements, element => Assert.Contains(element.Name, text, StringComparison.Ordinal));
    }

    private static List<XElement> Groups(string svg)
    {
        XNamespace names = "http://www.w3.org/2000/svg";
        return [.. XDocument.Parse(svg).Descendants(names + "g")];
    }
}
