using System.Xml.Linq;
using Plumbline.Node.Sources;
using Plumbline.Node.Topologies;
using Plumbline.Testing;
using Plumbline.Views.Svg;

namespace Plumbline.Views.Tests;

/// <summary>Three recorded nodes on one canvas.</summary>
public sealed class NodeSetSvgTests
{
    [SkippableFact]
    public void Each_node_stands_by_itself_under_its_name_and_ids_are_unique()
    {
        var document = XDocument.Parse(NodeSetSvg.Render(Nodes(), new()));
        var ids = document.Descendants().Select(e => e.Attribute("id")?.Value).OfType<string>().ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Contains("cmp1", ids);
        Assert.Contains(ids, id => id.StartsWith("cmp2:link:/tap", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Nodes_do_not_overlap_and_tunnels_keep_to_the_channels_between_them()
    {
        var layout = NodeSetLayout.Of(Nodes(), expands: false);
        var rects = layout.Places.Select((p, i) => new SvgRect(p.X, p.Y, layout.Layouts[i].Width, layout.Layouts[i].Height)).ToList();
        for (var i = 0; i < rects.Count; i++)
        {
            Assert.True(rects[i].Right <= layout.Width && rects[i].Bottom <= layout.Height);
            Assert.All(rects.Skip(i + 1), other => Assert.False(rects[i].Overlaps(other)));
        }
        Assert.Equal(6, layout.Tunnels.Count);   // of each pair of nodes a gre and a vxlan one
        foreach (var tunnel in layout.Tunnels)
        {
            // but for its first and last piece, which lead to the ports
            for (var i = 2; i < tunnel.Points.Count - 1; i++)
            {
                var piece = SvgRect.Around(tunnel.Points[i - 1], tunnel.Points[i]);
                Assert.All(rects, rect => Assert.False(rect.Overlaps(piece with { Width = piece.Width + 0.1, Height = piece.Height + 0.1 })));
            }
        }
    }

    [SkippableFact]
    public void Mermaid_has_a_subgraph_a_node_and_their_tunnels()
    {
        var text = NodeSetMermaid.Render(Nodes(), new());
        Assert.All(["h0", "h1", "h2"], name => Assert.Contains($"  subgraph {name}[", text, StringComparison.Ordinal));
        Assert.Equal(6, text.Split('\n').Count(l => l.Contains("== vxlan ===", StringComparison.Ordinal) || l.Contains("== gre ===", StringComparison.Ordinal)));
    }

    private static List<Topology> Nodes() =>
        [.. new[] { "cmp1", "cmp2", "ctl" }.Select(n => Topology.Build(OfflineNode.Read(SharedFiles.Require($"cases/neutron-node/states/sg-rules/{n}"))))];
}
