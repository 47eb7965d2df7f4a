using System.Text.Json;
using Plumbline.Views.Tests.Fixtures;
using Plumbline.Views.Text;

namespace Plumbline.Views.Tests;

public sealed class PortsTableTests
{
    [Fact]
    public void Pipe_gets_every_column_whole() =>
        Expected.Equals(PortsTable.Render(Nodes.Full(), RenderOptions.Plain), "ports.txt");

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(160)]
    public void Terminal_gets_what_fits(int width)
    {
        var text = PortsTable.Render(Nodes.Full(), new() { Width = width });
        Expected.Equals(text, $"ports-{width}.txt");
        Assert.All(text.Split('\n').Where(line => !line.Contains('!')), line => Assert.True(DisplayWidth.Of(line) <= width, line));
    }

    [Fact]
    public void Json_has_the_same_objects_as_the_topology()
    {
        using var ports = JsonDocument.Parse(PortsTable.RenderJson(Nodes.Full(), RenderOptions.Plain));
        using var topology = JsonDocument.Parse(TopologyJson.Render(Nodes.Full(), RenderOptions.Plain));
        Assert.Equal(topology.RootElement.GetProperty("vifs").ToString(), ports.RootElement.GetProperty("vifs").ToString());
    }

    [Fact]
    public void Node_without_ports_says_so() =>
        Assert.StartsWith("no ports", PortsTable.Render(Nodes.Full() with { Vifs = [] }, RenderOptions.Plain), StringComparison.Ordinal);
}
