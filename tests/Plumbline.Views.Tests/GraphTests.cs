using System.Diagnostics;
using Plumbline.Diagnosis;
using Plumbline.Node.Topologies;
using Plumbline.Views.Tests.Fixtures;

namespace Plumbline.Views.Tests;

public sealed class GraphTests
{
    [Fact]
    public void Articles_node_in_dot() => Expected.Equals(TopologyDot.Render(Nodes.Article(), RenderOptions.Plain), "article.dot");

    [Fact]
    public void Full_node_in_dot() => Expected.Equals(TopologyDot.Render(Nodes.Full(), RenderOptions.Plain), "full.dot");

    [Fact]
    public void Articles_node_in_mermaid() =>
        Expected.Equals(TopologyMermaid.Render(Nodes.Article(), RenderOptions.Plain), "article.mmd");

    [Fact]
    public void Full_node_in_mermaid() => Expected.Equals(TopologyMermaid.Render(Nodes.Full(), RenderOptions.Plain), "full.mmd");

    [Fact]
    public void Focus_leaves_other_instances_out()
    {
        var topology = Nodes.Full();
        var options = new RenderOptions { Focus = new Target.OfVif(topology.Vifs[0]) };
        foreach (var text in new[] { TopologyDot.Render(topology, options), TopologyMermaid.Render(topology, options) })
        {
            Assert.Contains("web-1", text, StringComparison.Ordinal);
            Assert.DoesNotContain("web-2", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Labels_cannot_end_their_quotes()
    {
        var topology = Nodes.Article();
        var evil = topology with
        {
            Elements = [.. topology.Elements.Select(element =>
                element.Name == "test-vm" ? element with { Name = "a\"]; click n0 \"\\\n<script>#" } : element)],
        };
        Assert.Contains("label=\"a\\\"]; click n0 \\\"\\\\\\\\x0a<script>#\\ninstance\"",
            TopologyDot.Render(evil, RenderOptions.Plain), StringComparison.Ordinal);
        Assert.Contains("(\"a#34;#93;#59; click n0 #34;#92;#92;x0a#60;script#62;#35;<br/>instance\")",
            TopologyMermaid.Render(evil, RenderOptions.Plain), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("article")]
    [InlineData("full")]
    public async Task Graphviz_draws_it(string node)
    {
        Skip.IfNot(File.Exists("/usr/bin/dot"), "graphviz is not installed");
        var topology = node == "full" ? Nodes.Full() : Nodes.Article();
        using var dot = Process.Start(new ProcessStartInfo("/usr/bin/dot", "-Tsvg")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = dot.StandardOutput.ReadToEndAsync();
        var errors = dot.StandardError.ReadToEndAsync();
        await dot.StandardInput.WriteAsync(TopologyDot.Render(topology, RenderOptions.Plain));
        dot.StandardInput.Close();
        await dot.WaitForExitAsync();
        Assert.Equal("", await errors);
        var nodes = topology.Elements.Count(element => element.Kind != ElementKind.Loopback);
        Assert.Equal(nodes, (await output).Split("class=\"node\"").Length - 1);
    }
}
