using System.Xml.Linq;
using Plumbline.Diagnosis;
using Plumbline.Node.Tests.Topologies;
using Plumbline.Node.Topologies;
using Plumbline.Views.Svg;
using Plumbline.Views.Tests.Fixtures;

namespace Plumbline.Views.Tests;

public sealed class SvgTests
{
    // a message for each of a million pairs would take longer than the check
    private static void Check(bool holds, object one, object other)
    {
        if (!holds)
        {
            Assert.Fail($"{one} and {other}");
        }
    }

    public static TheoryData<string> Drawings => ["article", "full", "linux-bridges", "many", "tiles", "focus", "cmp1", "cmp2", "ctl"];

    private static Topology Of(string drawing) => drawing switch
    {
        "article" => Nodes.Article(),
        "full" => Nodes.Full(),
        "linux-bridges" => Nodes.LinuxBridges(),
        "many" => Nodes.Many(100),
        "tiles" => Nodes.Odd(Nodes.Many(300)),
        "focus" => Nodes.Full(),
        _ => Topology.Build(RecordedNode.Read(drawing)),
    };

    [SkippableTheory]
    [InlineData("article")]
    [InlineData("full")]
    [InlineData("linux-bridges")]
    [InlineData("focus")]
    [InlineData("ctl")]
    public void Drawing_is_as_expected(string drawing)
    {
        var topology = Of(drawing);
        var svg = TopologySvg.Render(topology, new()
        {
            Focus = drawing == "focus" ? new Target.OfVif(topology.Vifs[0]) : null,
        });
        Expected.Equals(svg[..svg.IndexOf("<script>", StringComparison.Ordinal)], $"{drawing}.svg");   // the script is one for all
    }

    [SkippableTheory]
    [MemberData(nameof(Drawings))]
    public void No_two_labels_overlap(string drawing)
    {
        var labels = TopologyLayout.Of(Of(drawing), drawing == "many").Labels;
        for (var i = 0; i < labels.Count; i++)
        {
            for (var j = i + 1; j < labels.Count; j++)
            {
                Check(!labels[i].Rect.Overlaps(labels[j].Rect), labels[i], labels[j]);
            }
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Drawings))]
    public void No_two_ports_overlap_and_no_box_cuts_another(string drawing)
    {
        var layout = TopologyLayout.Of(Of(drawing), drawing == "many");
        for (var i = 0; i < layout.Chips.Count; i++)
        {
            for (var j = i + 1; j < layout.Chips.Count; j++)
            {
                Check(!layout.Chips[i].Rect.Overlaps(layout.Chips[j].Rect), layout.Chips[i], layout.Chips[j]);
            }
        }
        for (var i = 0; i < layout.Frames.Count; i++)
        {
            for (var j = i + 1; j < layout.Frames.Count; j++)
            {
                // panels of tiles lie within their bridge
                Check(!layout.Frames[i].Rect.Overlaps(layout.Frames[j].Rect)
                    || (layout.Frames[j].Class == "panel" && layout.Frames[i].Rect.Contains(layout.Frames[j].Rect)),
                    layout.Frames[i], layout.Frames[j]);
            }
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Drawings))]
    public void All_is_within_the_view_box(string drawing)
    {
        var layout = TopologyLayout.Of(Of(drawing), drawing == "many");
        var view = new SvgRect(0, 0, layout.Width, layout.Height);
        Assert.All(layout.Frames.Concat(layout.Chips), box => Assert.True(view.Contains(box.Rect), $"{box}"));
        Assert.All(layout.Labels, label => Assert.True(view.Contains(label.Rect), $"{label}"));
        Assert.All(layout.Lines, line => Assert.True(view.Contains(SvgRect.Around(line.From, line.To)), $"{line}"));
    }

    [SkippableTheory]
    [MemberData(nameof(Drawings))]
    public void Lines_are_straight_and_run_through_no_label(string drawing)
    {
        var layout = TopologyLayout.Of(Of(drawing), drawing == "many");
        Assert.All(layout.Lines, line =>
        {
            Assert.True(line.From.X == line.To.X || line.From.Y == line.To.Y, $"{line}");
            var room = SvgRect.Around(line.From, line.To);
            // a line has a width
            room = new(room.X - (room.Width == 0 ? 1 : 0), room.Y - (room.Height == 0 ? 1 : 0), Math.Max(room.Width, 2), Math.Max(room.Height, 2));
            foreach (var label in layout.Labels)
            {
                Check(!label.Rect.Overlaps(room), line, label);
            }
        });
    }

    [SkippableTheory]
    [MemberData(nameof(Drawings))]
    public void Every_element_has_one_place(string drawing)
    {
        if (drawing == "tiles")
        {
            return; // a tile stands for a whole chain: see SvgTilesTests
        }
        var topology = Of(drawing);
        var layout = TopologyLayout.Of(topology, drawing == "many");
        var places = layout.Frames.Concat(layout.Chips).Select(box => box.Element).OfType<string>().GroupBy(id => id)
            .ToDictionary(group => group.Key, group => group.Count());
        foreach (var element in topology.Elements.Where(element => element.Kind != ElementKind.Loopback))
        {
            Assert.True(places.GetValueOrDefault(element.Id) == 1, $"{element.Id}: {places.GetValueOrDefault(element.Id)} places");
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Drawings))]
    public void Text_fits_in_the_box_that_it_stands_in(string drawing)
    {
        var layout = TopologyLayout.Of(Of(drawing), drawing == "many");
        Assert.All(layout.Labels, label =>
        {
            foreach (var box in layout.Chips)
            {
                Check(!box.Rect.Overlaps(label.Rect) || box.Rect.Contains(label.Rect), label, box);
            }
        });
    }

    [Fact]
    public void Markup_is_well_formed_and_names_are_escaped()
    {
        var topology = Nodes.Article();
        var evil = topology with
        {
            Elements = [.. topology.Elements.Select(element =>
                element.Kind == ElementKind.Patch ? element with { Name = "<script>&\"\u0007\ufffe" } : element)],
        };
        var text = TopologySvg.Render(evil, RenderOptions.Plain);
        Assert.Equal(text.IndexOf("<script", StringComparison.Ordinal), text.LastIndexOf("<script><![CDATA[", StringComparison.Ordinal));
        Assert.Contains(XDocument.Parse(text).Descendants(), node => node.Value == "<script>&\"\\x07\\ufffe");
    }
}
